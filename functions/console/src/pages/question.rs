//! Who is it? One question, with those who could be meant side by side.

use super::{
    clock,
    facts::facts,
    frame::{Frame, Place},
    icon::Icon,
    notice, unread, waterfall, words,
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{PageRequest, events, questions, questions::Question, records};
use nerve_model::{Candidate, Claim, Event, QuestionId, QuestionStatus, RecordId, Timestamp};

/// So many questions stand above the queue.
const SHOWN: u32 = 20;

/// Everything the page shows.
struct Opened {
    question: Question,
    /// The event that raised it, while it is known.
    event: Option<Event>,
    /// What is known of who asks to be recognized.
    asked: Vec<Claim>,
    /// The candidates, each with what is known of them.
    candidates: Vec<(Candidate, Vec<Claim>)>,
    now: Timestamp,
}

/// `GET /questions/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, None).await
}

/// `POST /questions/{id}/answer`: then on to the next question, else to the queue.
pub(crate) async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    let form = call.form();
    let record = match form.optional("record") {
        Some(text) => Some(text.parse::<RecordId>().map_err(|_| unread())?),
        None => None,
    };
    match call.questions()?.answer(id, record).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(next(&call).await?)),
        Err(problem) => refused(&call, problem).await,
    }
}

/// `POST /questions/{id}/undo`.
pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    match call.questions()?.undo(id).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(address(id))),
        Err(problem) => refused(&call, problem).await,
    }
}

fn address(id: QuestionId) -> String {
    format!("/questions/{id}")
}

async fn next<S: Services>(call: &Call<'_, S>) -> Result<String, Problem> {
    let open = waiting(call, 1).await?;
    Ok(open.first().map_or_else(|| "/".to_owned(), |question| address(question.id)))
}

async fn waiting<S: Services>(call: &Call<'_, S>, limit: u32) -> Result<Vec<Question>, Problem> {
    let page = PageRequest::new(limit, None).unwrap_or_default();
    Ok(questions::list(call.services.db(), Some(QuestionStatus::Open), &page).await?.items)
}

async fn refused<S: Services>(call: &Call<'_, S>, problem: Problem) -> Answer {
    if matches!(problem.status(), 409 | 422) { page(call, Some(problem)).await } else { Err(problem) }
}

async fn page<S: Services>(call: &Call<'_, S>, refused: Option<Problem>) -> Answer {
    let opened = load(call).await?;
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            @if let Some(problem) = &refused { (notice::refused(problem)) }
            (card(&opened))
        }
    };
    let frame =
        Frame { title: "Who is this?", place: Some(Place::Queue), caller: call.caller.as_ref(), views: html! {} };
    Ok(match &refused {
        Some(problem) => problem.with_headers(frame.show(problem.status(), main)),
        None => frame.show(200, main),
    })
}

async fn load<S: Services>(call: &Call<'_, S>) -> Result<Opened, Problem> {
    let (db, now) = (call.services.db(), call.services.now());
    let question = questions::get(db, call.id("question")?).await?.ok_or(Problem::NotFound("question"))?;
    let event = events::get(db, question.event).await?.map(|stored| stored.event);
    let asked = match &event {
        Some(event) => event.outside_claims().cloned().collect(),
        None => records::claims(db, question.record).await?,
    };
    let mut candidates = Vec::with_capacity(question.candidates.len());
    for candidate in &question.candidates {
        candidates.push((candidate.clone(), records::claims(db, candidate.record.id).await?));
    }
    Ok(Opened { question, event, asked, candidates, now })
}

fn card(opened: &Opened) -> Markup {
    let Opened { question, event, now, .. } = opened;
    html! {
        header.stack {
            h1 { "Who is this?" }
            @if let Some(event) = event {
                p.what { bdi { (event.summary) } " " (clock::ago(event.occurred_at, *now)) }
                @if let Some(name) = &event.party_name { p { "Calls itself " strong { bdi { (name) } } } }
            }
            (claims(&opened.asked))
            @if let Some(event) = event { (facts(&event.fact)) }
            p.muted { "What came waits until you say whom it associations." }
        }
        @if question.status == QuestionStatus::Answered { (answered(question, *now)) }
        section.candidates aria-label="Who could be meant" {
            @for (n, (candidate, known)) in (1..).zip(&opened.candidates) { (one_of(question, n, candidate, known)) }
        }
        @if question.status == QuestionStatus::Open {
            form.somebody method="post" action={ (address(question.id)) "/answer" } data-swap {
                button data-key="n" { "None of them: somebody new" kbd aria-hidden="true" { "n" } }
            }
        }
    }
}

fn one_of(question: &Question, n: usize, candidate: &Candidate, known: &[Claim]) -> Markup {
    let record = &candidate.record;
    html! {
        article.panel {
            h2 { a href={ "/records/" (record.id) } { bdi { (record.name) } } " " span.muted { (words::record_type(record.record_type)) } }
            div.pad {
                (claims(known))
                (waterfall::show(candidate.prior, candidate.against.as_deref(), &candidate.evidence, candidate.confidence))
                @if question.status == QuestionStatus::Open {
                    form method="post" action={ (address(question.id)) "/answer" } data-swap {
                        input type="hidden" name="record" value=(record.id);
                        button.primary data-key=(n) { "It is " bdi { (record.name) } kbd aria-hidden="true" { (n) } }
                    }
                }
            }
        }
    }
}

fn answered(question: &Question, now: Timestamp) -> Markup {
    html! {
        @if let Some(answer) = &question.answer {
            div.notice.good {
                strong { "Answered." }
                span { "By " bdi { (answer.by) } " " (clock::ago(answer.at, now)) ": " }
                @if answer.record.is_some() { a href={ "/records/" (question.whole.id) } { bdi { (question.whole.name) } } }
                @else { "somebody new" }
                form method="post" action={ (address(question.id)) "/undo" } data-swap {
                    button data-key="u" { "Undo" kbd aria-hidden="true" { "u" } }
                }
            }
        }
    }
}

fn claims(claims: &[Claim]) -> Markup {
    html! {
        @if !claims.is_empty() {
            ul.claims { @for claim in claims { li { (words::claimed(claim)) } } }
        }
    }
}

/// The questions that wait, above what is proposed.
pub(crate) async fn rows<S: Services>(call: &Call<'_, S>) -> Result<Markup, Problem> {
    let waiting = waiting(call, SHOWN).await?;
    Ok(html! {
        @if !waiting.is_empty() {
            h2.band { "First: who is this?" }
            div.group {
                @for question in &waiting {
                    a.row href=(address(question.id)) data-swap {
                        (Icon::QUESTION.draw())
                        span.title { bdi { (question.whole.name) } }
                        span.pill.warn { (question.candidates.len()) " could be meant" }
                    }
                }
            }
        }
    })
}
