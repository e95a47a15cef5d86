use crate::{Outcome, arguments::Arguments, index::Index, set};
use nerve_matching::{Decision, Scored};

/// Matches each event against the base, independently of the others.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let model = arguments.model()?;
    let base = set::rows(arguments.get("--base")?)?;
    let events = set::rows(arguments.get("--events")?)?;
    let index = Index::of(&model, &base);
    let mut out = csv::Writer::from_path(arguments.get("--out")?)?;
    out.write_record(["event", "record", "probability", "verdict", "runner_up", "runner_up_probability"])?;
    let mut candidates = 0;
    let watch = Stopwatch::start();
    for event in &events {
        let found = index.candidates(&event.profile);
        candidates += found.len();
        out.write_record(row(&event.id, &model.decide(&event.profile, &found, &index.terms)))?;
    }
    let seconds = watch.seconds();
    out.flush()?;
    let (events, found) = (count(events.len()), count(candidates));
    eprintln!("{:.0} events/s, {:.1} candidates per event", events / seconds, found / events);
    Ok(())
}

fn row(event: &str, decision: &Decision) -> [String; 6] {
    let [record, probability] = shown(decision.best.as_ref());
    let [runner_up, runner_up_probability] = shown(decision.runner_up.as_ref());
    [event.to_owned(), record, probability, decision.verdict.to_string(), runner_up, runner_up_probability]
}

fn shown(weighed: Option<&Scored>) -> [String; 2] {
    weighed.map_or_else(Default::default, |w| [w.record.name.clone(), w.probability.to_string()])
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// Wall-clock time, on machines with a clock.
struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a program of the developer's machine")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
