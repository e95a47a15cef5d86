//! A workflow run, or another app's check: both report the result of an automation on a branch.

use crate::vendor;
use nerve_intake::{
    Malformed, NewEvent,
    reading::{ANSWER_CHARS, Loose, NAME_CHARS, SUMMARY_CHARS, VendorId, https, line, required},
};
use nerve_model::{AutomationFailed, Claim, DedupKey, Fact, Role, RunState, SemanticKey, Subject, Timestamp, one_line};
use serde::Deserialize;

/// The parts of an event that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Run {
    action: Loose<String>,
    workflow_run: Loose<WorkflowRun>,
    check_run: Loose<CheckRun>,
    repository: Loose<Repository>,
    sender: Loose<User>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WorkflowRun {
    id: Loose<VendorId>,
    workflow_id: Loose<VendorId>,
    name: Loose<String>,
    run_attempt: Loose<u32>,
    /// What started it: `push`, `pull_request`, ...
    event: Loose<String>,
    head_branch: Loose<String>,
    /// The repository of the branch: another one for a pull request from a fork, missing once that is deleted.
    head_repository: Loose<Repository>,
    conclusion: Loose<String>,
    display_title: Loose<String>,
    html_url: Loose<String>,
    updated_at: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CheckRun {
    id: Loose<VendorId>,
    name: Loose<String>,
    conclusion: Loose<String>,
    html_url: Loose<String>,
    completed_at: Loose<String>,
    output: Loose<Output>,
    app: Loose<App>,
    check_suite: Loose<CheckSuite>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Output {
    title: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct App {
    slug: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CheckSuite {
    /// Missing for a pull request from a fork.
    head_branch: Loose<String>,
    head_sha: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Repository {
    full_name: Loose<VendorId>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct User {
    login: Loose<VendorId>,
}

/// The result of a completed run.
pub(crate) enum Completed {
    /// It failed or succeeded.
    As(RunState),
    /// Canceled, skipped and the like: no result of the automation.
    Other(String),
}

/// The common parts of a run and a check.
struct Report {
    /// The workflow or the name of the check, unique in the repository.
    automation: String,
    workflow: String,
    run: VendorId,
    attempt: Option<u32>,
    branch: Option<String>,
    reason: String,
    link: Option<String>,
    ended_at: Option<Timestamp>,
}

impl Run {
    pub(crate) fn action(&self) -> &str {
        self.action.0.as_deref().unwrap_or_default()
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.action() == "completed"
    }

    /// True for a check of GitHub Actions: it makes one for each job, and reports the whole as a workflow run.
    pub(crate) fn is_reported_elsewhere(&self) -> bool {
        let app = self.check_run.0.as_ref().and_then(|check| check.app.0.as_ref());
        app.and_then(|app| app.slug.0.as_deref()) == Some("github-actions")
    }

    fn conclusion(&self) -> &str {
        let run = self.workflow_run.0.as_ref().map(|run| &run.conclusion);
        let check = self.check_run.0.as_ref().map(|check| &check.conclusion);
        run.or(check).and_then(|conclusion| conclusion.0.as_deref()).unwrap_or_default()
    }

    pub(crate) fn completed(&self) -> Completed {
        match self.conclusion() {
            "failure" | "timed_out" | "startup_failure" => Completed::As(RunState::Failed),
            "success" => Completed::As(RunState::Recovered),
            other => Completed::Other(other.to_owned()),
        }
    }

    /// The event of this result.
    pub(crate) fn event(
        self,
        state: RunState,
        delivery: &VendorId,
        received_at: Timestamp,
    ) -> Result<NewEvent, Malformed> {
        let repository = required(self.repository.0.and_then(|it| it.full_name.0), "repository.full_name")?;
        let report = match (self.workflow_run.0, self.check_run.0) {
            (Some(run), _) => run.report(&repository)?,
            (None, check) => required(check, "workflow_run")?.report()?,
        };
        // The person who pushed is one of our own.
        let login = self.sender.0.and_then(|user| user.login.0);
        let by = login.map(|login| Claim::external(&vendor::NAME, "user", login.as_str(), Role::Owner));
        // The repository is the thing that the event is about; no customer is.
        let about = Claim::external(&vendor::NAME, "repository", repository.as_str(), Role::Asset);
        let branch = report.branch.as_deref().unwrap_or("no branch");
        let subject = Subject::new(format!("github:workflow:{repository}/{}/{branch}", report.automation));
        let (ended, said) = match state {
            RunState::Failed => ("failed", format!(": {}", report.reason)),
            RunState::Recovered => ("ran well", String::new()),
        };
        let attempt = report.attempt.unwrap_or(1);
        let what = format!("run {} attempt {attempt} {ended}", report.run);
        let summary = format!("{} {ended} on {branch} of {repository}{said}", report.workflow);
        Ok(NewEvent {
            // The same if GitHub, or a person, delivers it again.
            dedup_key: DedupKey::new(delivery.as_str()),
            semantic_key: SemanticKey::about(&subject, what),
            subject,
            claims: [about].into_iter().chain(by).collect(),
            party_name: Some(one_line(repository.as_str(), NAME_CHARS)),
            test: false,
            summary: one_line(&summary, SUMMARY_CHARS),
            link: report.link,
            occurred_at: report.ended_at.unwrap_or(received_at),
            fact: Fact::AutomationFailed(AutomationFailed {
                workflow: report.workflow,
                place: Some(one_line(&format!("{repository}, {branch}"), ANSWER_CHARS)),
                run: Some(report.run.as_str().to_owned()),
                attempt: report.attempt,
                state,
                reason: matches!(state, RunState::Failed).then_some(report.reason),
            }),
        })
    }
}

impl WorkflowRun {
    fn report(self, repository: &VendorId) -> Result<Report, Malformed> {
        let head = self.head_repository.0.and_then(|it| it.full_name.0);
        let by_request = self.event.0.is_some_and(|event| event.starts_with("pull_request"));
        let run = required(self.id.0, "workflow_run.id")?;
        let workflow = required(self.workflow_id.0, "workflow_run.workflow_id")?;
        let conclusion = words(self.conclusion.0.as_deref());
        let title = self.display_title.0.as_deref().and_then(|title| line(title, ANSWER_CHARS));
        Ok(Report {
            automation: workflow.as_str().to_owned(),
            workflow: named(self.name.0.as_deref(), workflow.as_str()),
            run,
            attempt: self.run_attempt.0,
            branch: self.head_branch.0.as_deref().and_then(|name| branch(name, head.as_ref(), repository, by_request)),
            reason: title.map_or_else(|| conclusion.clone(), |title| format!("{conclusion} ({title})")),
            link: self.html_url.0.as_deref().and_then(https),
            ended_at: instant(self.updated_at.0.as_deref()),
        })
    }
}

impl CheckRun {
    fn report(self) -> Result<Report, Malformed> {
        let run = required(self.id.0, "check_run.id")?;
        let name = required(self.name.0.as_deref().and_then(|name| line(name, NAME_CHARS)), "check_run.name")?;
        let conclusion = words(self.conclusion.0.as_deref());
        let title = self.output.0.and_then(|output| line(output.title.0.as_deref()?, ANSWER_CHARS));
        Ok(Report {
            automation: format!("check {name}"),
            workflow: name,
            run,
            attempt: None,
            branch: self.check_suite.0.and_then(CheckSuite::place),
            reason: title.unwrap_or(conclusion),
            link: self.html_url.0.as_deref().and_then(https),
            ended_at: instant(self.completed_at.0.as_deref()),
        })
    }
}

fn words(conclusion: Option<&str>) -> String {
    one_line(&conclusion.unwrap_or_default().replace('_', " "), NAME_CHARS)
}

fn named(name: Option<&str>, id: &str) -> String {
    name.and_then(|name| line(name, NAME_CHARS)).unwrap_or_else(|| format!("Workflow {}", one_line(id, NAME_CHARS)))
}

/// The branch, and its repository if that is another one, as GitHub writes it: `stranger/app:main`. Strangers name their
/// branches as they like; what runs on them says nothing about ours.
fn branch(name: &str, head: Option<&VendorId>, repository: &VendorId, by_request: bool) -> Option<String> {
    let name = line(name, NAME_CHARS)?;
    Some(match head {
        Some(head) if head.as_str().eq_ignore_ascii_case(repository.as_str()) => name,
        Some(head) => format!("{head}:{name}"),
        None if by_request => format!("unknown:{name}"),
        None => name,
    })
}

impl CheckSuite {
    /// The branch, else the commit: pull requests from different forks have nothing else that tells them apart.
    fn place(self) -> Option<String> {
        let branch = self.head_branch.0.and_then(|name| line(&name, NAME_CHARS));
        branch.or_else(|| Some(format!("commit {}", self.head_sha.0?.get(..12)?)))
    }
}

fn instant(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(Timestamp::parse_rfc3339)
}
