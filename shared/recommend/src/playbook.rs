//! The playbook: rules as data, and their application to a situation.

// The build script compiles these two modules too, and uses parts that are unused here.
#[allow(dead_code, unreachable_pub)]
mod rules;
#[allow(dead_code, unreachable_pub)]
mod template;

use crate::{Advice, RecommendError, Recommendation, Recommender, Rewritten, advice::proposal_id};
use nerve_model::{
    Action, AddNote, Booking, CallDirection, CallResult, ClassifyEvent, CreateTask, DraftMessage, Event, EventKind,
    Executable, Fact, Millis, NotifyInternal, Proposal, RecommenderId, TimeZone, Timestamp, clip, greeting, one_line,
    real_name, without_name,
};
use nerve_situation::Situation;
use rules::{ActionTemplate, Missing, Rule, Rules, When};
use template::{Placeholder, TemplateError, render};

/// The embedded playbook cannot be read. Nothing is recommended then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the playbook cannot be read: {0}")]
pub struct PlaybookError(String);

/// The rules, in the order in which they are tried, and the clock that dates in their texts follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    rules: Rules,
    zone: TimeZone,
}

impl Playbook {
    /// The embedded playbook, for a business in this zone.
    pub fn load(zone: TimeZone) -> Result<Self, PlaybookError> {
        let embedded = include_str!(concat!(env!("OUT_DIR"), "/playbook.json"));
        let rules = serde_json::from_str(embedded).map_err(|error| PlaybookError(error.to_string()))?;
        Ok(Self { rules, zone })
    }

    const fn case<'a>(&'a self, situation: &'a Situation, event: &'a Event, now: Timestamp) -> Case<'a> {
        Case { situation, event, now, zone: &self.zone }
    }
}

impl Recommender for Playbook {
    fn id(&self) -> RecommenderId {
        RecommenderId::PLAYBOOK
    }

    async fn recommend(&self, situation: &Situation, now: Timestamp) -> Result<Advice, RecommendError> {
        let mut advice = Advice::default();
        for entry in &situation.pending {
            let case = self.case(situation, &entry.event, now);
            if let Some(rule) = self.rules.rules.iter().find(|rule| case.fits(rule)) {
                case.apply(rule, &mut advice).map_err(|error| RecommendError(error.to_string()))?;
            }
        }
        Ok(advice)
    }

    fn rewritten(&self, proposal: &Proposal, situation: &Situation, now: Timestamp) -> Option<Rewritten> {
        let entries = situation.pending.iter().chain(&situation.history).chain(&situation.open_items);
        let event = entries.map(|entry| &entry.event).find(|event| event.id == proposal.card.event.id)?;
        let case = self.case(situation, event, now);
        self.rules.rules.iter().find_map(|rule| case.rewritten(rule, proposal))
    }
}

/// An event in its situation.
struct Case<'a> {
    situation: &'a Situation,
    event: &'a Event,
    now: Timestamp,
    zone: &'a TimeZone,
}

impl Case<'_> {
    fn fits(&self, rule: &Rule) -> bool {
        applies(&rule.when, self.event) && rule.when.after.is_none_or(|kind| self.came_after(kind))
    }

    fn came_after(&self, kind: EventKind) -> bool {
        let entries = self.situation.pending.iter().chain(&self.situation.history);
        let mut others = entries.map(|entry| &entry.event).filter(|other| other.id != self.event.id);
        others.any(|other| other.subject == self.event.subject && other.kind() == kind)
            || self.situation.proposals.iter().any(|p| p.subject == self.event.subject && p.event_kind == kind)
    }

    fn apply(&self, rule: &Rule, advice: &mut Advice) -> Result<(), TemplateError> {
        for (place, template) in rule.actions.iter().enumerate() {
            let (action, effect) = self.action(template)?;
            advice.recommendations.push(Recommendation {
                id: proposal_id(self.event.id, &rule.name, place),
                event: self.event.id,
                questions: self.questions(rule, &action)?,
                action: Action::Executable(action),
                effect,
                reason: self.line(&rule.because, 1_000)?,
                proposed_by: format!("playbook: {}", rule.name),
            });
        }
        Ok(())
    }

    /// The text of the proposal by the rule that made it. Its recipient and due time stay: a person may have told the one,
    /// and the other counts from the proposal.
    fn rewritten(&self, rule: &Rule, proposal: &Proposal) -> Option<Rewritten> {
        let made = |place: &usize| proposal_id(self.event.id, &rule.name, *place) == proposal.id;
        let place = (0..rule.actions.len()).find(made)?;
        let (mut action, effect) = self.action(rule.actions.get(place)?).ok()?;
        match (&mut action, proposal.card.action.executable()?) {
            (Executable::DraftMessage(new), Executable::DraftMessage(old)) => {
                new.to = old.to.clone().or_else(|| new.to.take());
            }
            (Executable::CreateTask(new), Executable::CreateTask(old)) => new.due_at = old.due_at,
            _ => {}
        }
        let reason = self.line(&rule.because, 1_000).ok()?;
        Some(Rewritten { action: Action::Executable(action), effect, reason })
    }

    fn action(&self, template: &ActionTemplate) -> Result<(Executable, String), TemplateError> {
        let (action, effect) = match template {
            ActionTemplate::CreateTask { effect, title, detail, priority, due_in_days } => {
                let due_at = Some(self.zone.days_later(self.now, (*due_in_days).into()));
                let (title, detail) = (self.line(title, 200)?, self.text(detail, 4_000)?);
                (
                    Executable::CreateTask(CreateTask { title, detail, priority: *priority, due_at, assignee: None }),
                    effect,
                )
            }
            ActionTemplate::AddNote { effect, text } => {
                (Executable::AddNote(AddNote { text: self.text(text, 4_000)? }), effect)
            }
            ActionTemplate::ClassifyEvent { effect, topic, urgency, note } => {
                let (topic, note) = (self.line(topic, 60)?, self.text(note, 1_000)?);
                (Executable::ClassifyEvent(ClassifyEvent { topic, urgency: *urgency, note }), effect)
            }
            ActionTemplate::DraftMessage { effect, subject, body } => {
                let to = self.address();
                let (subject, body) = (self.line(subject, 200)?, self.text(body, 10_000)?);
                (Executable::DraftMessage(DraftMessage { to, subject, body }), effect)
            }
            ActionTemplate::NotifyInternal { effect, audience, text, priority } => {
                let text = self.text(text, 500)?;
                (Executable::NotifyInternal(NotifyInternal { audience: *audience, text, priority: *priority }), effect)
            }
        };
        Ok((action, self.line(effect, 500)?))
    }

    /// Questions about an address or link are only asked for a message. A message without a recipient always asks for
    /// one, and asks that first.
    fn questions(&self, rule: &Rule, action: &Executable) -> Result<Vec<String>, TemplateError> {
        if !matches!(action, Executable::DraftMessage(_)) {
            return Ok(Vec::new());
        }
        let asks = |about| rule.ask.iter().filter(move |ask| ask.missing == about).map(|ask| ask.question.as_str());
        let recipient = action.lacks().map(|lack| asks(Missing::Address).next().unwrap_or(lack.asks));
        let link = asks(Missing::Link).filter(|_| self.value(Placeholder::Link).is_none());
        recipient.into_iter().chain(link).map(|question| self.line(question, 500)).collect()
    }

    /// The first mail address that is valid for a draft: a gate would block a draft with an invalid one.
    fn address(&self) -> Option<String> {
        let carries = |to: &&String| {
            let text = "x".to_owned();
            let draft = DraftMessage { to: Some((*to).clone()), subject: text.clone(), body: text };
            Executable::DraftMessage(draft).validate().is_ok()
        };
        self.situation.addresses.iter().find(carries).cloned()
    }

    /// The value of a placeholder; `None` when it is not known.
    fn value(&self, placeholder: Placeholder) -> Option<String> {
        let (event, name) = (self.event, self.situation.record.name.as_str());
        let fact = &event.fact;
        // What has passed is no promise.
        let ahead = |at: &Timestamp| *at > self.now;
        match placeholder {
            Placeholder::Name => Some(name.to_owned()),
            Placeholder::Greeting => Some(greeting(self.name().as_deref())),
            Placeholder::Amount => amount(fact),
            Placeholder::Date => Some(self.date(happened_at(event))),
            Placeholder::Invoice => fact.invoice().map(|invoice| invoice.label().to_owned()),
            Placeholder::Link => fact.invoice().and_then(|invoice| invoice.url.clone()),
            Placeholder::Attempt => attempt(fact).map(|attempt| attempt.to_string()),
            Placeholder::NextAttempt => next_attempt(fact).filter(ahead).map(|at| self.date(at)),
            Placeholder::Title => booking(fact)?.title.clone(),
            Placeholder::Start => booking(fact)?.starts_at.filter(ahead).map(|at| self.zone.exact(at)),
            Placeholder::Reason => reason(fact).map(sentence),
            // Templates go on after the summary and end the sentence themselves.
            Placeholder::Summary => {
                let party = event.party_name.as_deref().unwrap_or(name);
                let summary = without_name(&without_name(&event.summary, party), name);
                Some(summary.trim_end_matches(['.', '!', '?']).to_owned())
            }
        }
    }

    /// The date by the business's clock. A date that was told without a time came as midnight UTC, and is the same
    /// everywhere.
    fn date(&self, at: Timestamp) -> String {
        let is_told_alone = at.as_millis().rem_euclid(Millis::days(1).0) == 0;
        if is_told_alone { at.date() } else { self.zone.date(at) }
    }

    /// The name of the party: the record's, else the latest that an event told.
    fn name(&self) -> Option<String> {
        let entries = self.situation.pending.iter().rev().chain(&self.situation.history);
        let told = entries.filter_map(|entry| entry.event.party_name.as_deref());
        let names = [self.situation.record.name.as_str()].into_iter().chain(self.event.party_name.as_deref());
        names.chain(told).find_map(real_name)
    }

    fn text(&self, template: &str, max_chars: usize) -> Result<String, TemplateError> {
        Ok(clip(&self.filled(template)?, max_chars))
    }

    fn line(&self, template: &str, max_chars: usize) -> Result<String, TemplateError> {
        Ok(one_line(&self.filled(template)?, max_chars))
    }

    /// A template with its values, each said once: a reason that the summary ends with is not given again, and neither is
    /// the name that the summary begins with.
    fn filled(&self, template: &str) -> Result<String, TemplateError> {
        let (name, summarized) = (self.situation.record.name.as_str(), template.contains("{summary}"));
        let known = |placeholder| match placeholder {
            Placeholder::Reason if summarized => {
                self.value(placeholder).filter(|reason| !already_says(&self.event.summary, reason))
            }
            _ => self.value(placeholder),
        };
        let text = render(template, &known)?;
        let begins_twice = |rest: &&str| !name.is_empty() && rest.starts_with(name);
        let once = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).filter(begins_twice);
        Ok(once.map_or_else(|| text.clone(), str::to_owned))
    }
}

/// The summary has the reason in it, perhaps cut off at its end.
fn already_says(summary: &str, reason: &str) -> bool {
    let reason = reason.trim_end_matches(['.', '!', '?']);
    let cut = summary.strip_suffix('…').and_then(|cut| cut.split_once(": ")).map(|(_, told)| told);
    summary.contains(reason) || cut.is_some_and(|told| told.chars().count() > 20 && reason.starts_with(told))
}

/// The rule's conditions on the event itself hold.
fn applies(when: &When, event: &Event) -> bool {
    let fact = &event.fact;
    let final_attempt = matches!(fact, Fact::PaymentFailed(failed) if failed.final_attempt);
    let missed = matches!(fact, Fact::CallEnded(call)
        if call.direction == CallDirection::Inbound && call.result != CallResult::Completed);
    let is = |wanted: Option<bool>, found: bool| wanted.is_none_or(|wanted| wanted == found);
    when.event == event.kind()
        && is(when.invoice, fact.invoice().is_some())
        && is(when.final_attempt, final_attempt)
        && is(when.missed, missed)
        && when.canceled_by.is_none_or(|by| matches!(fact, Fact::BookingCanceled(off) if off.canceled_by == by))
        && is(when.recovered, fact.settles())
}

/// The appointment of the event.
const fn booking(fact: &Fact) -> Option<&Booking> {
    match fact {
        Fact::BookingCreated(created) => Some(&created.booking),
        Fact::BookingCanceled(canceled) => Some(&canceled.booking),
        _ => None,
    }
}

/// The number of the failed attempt, where the vendor counts.
const fn attempt(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::PaymentFailed(failed) => failed.attempt,
        _ => None,
    }
}

/// The time of the next attempt, where the vendor tells it.
const fn next_attempt(fact: &Fact) -> Option<Timestamp> {
    match fact {
        Fact::PaymentFailed(failed) => failed.next_attempt_at,
        _ => None,
    }
}

fn reason(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::PaymentFailed(failed) => failed.reason.as_deref(),
        Fact::BookingCanceled(canceled) => canceled.reason.as_deref(),
        Fact::AutomationFailed(run) => run.reason.as_deref(),
        Fact::SupportEscalated(case) => Some(&case.because),
        _ => None,
    }
}

/// The time of the payment, which may be earlier than its report, else of the event.
fn happened_at(event: &Event) -> Timestamp {
    let paid_at = match &event.fact {
        Fact::InvoicePaid(paid) => paid.paid_at,
        _ => None,
    };
    paid_at.unwrap_or(event.occurred_at)
}

fn amount(fact: &Fact) -> Option<String> {
    match fact {
        Fact::InvoicePaid(paid) => Some(paid.amount.to_string()),
        Fact::PaymentFailed(failed) => Some(failed.amount.to_string()),
        _ => None,
    }
}

/// The text with a full stop at its end, so that templates can go on after it.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests;
