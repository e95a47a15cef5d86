use crate::{
    Outcome,
    arguments::Arguments,
    index::Index,
    set::{self, Row},
};
use nerve_matching::Model;

/// From these log-odds on, in bits, two records are one, whoever else could be meant.
const SAME: f64 = 0.0;

/// Lets records arrive one at a time; each joins what it belongs to. What a group has told so far is what the next
/// record is compared with, as a customer's profile grows with each event.
pub(crate) fn run(arguments: &Arguments) -> Outcome<()> {
    let model = arguments.model()?;
    let rows = set::rows(arguments.get("--records")?)?;
    let groups = groups(&model, &rows);
    let mut out = csv::Writer::from_path(arguments.get("--out")?)?;
    out.write_record(["id", "cluster"])?;
    for (row, group) in rows.iter().zip(groups) {
        out.write_record([&row.id, &group.to_string()])?;
    }
    Ok(out.flush()?)
}

fn groups(model: &Model, rows: &[Row]) -> Vec<usize> {
    let mut index = Index::of(model, &[]);
    let mut groups = Vec::new();
    for row in rows {
        let decision = model.decide(&row.profile, &index.candidates(&row.profile), &index.terms);
        let place = match decision.best.filter(|best| best.alone() >= SAME) {
            Some(best) => index.join(&best.record, row),
            None => index.add(row),
        };
        groups.push(place);
        // A record that belongs to two groups shows that they are one.
        if let Some(other) = decision.runner_up.filter(|other| other.alone() >= SAME) {
            let gone = index.merge(&other.record, place);
            groups.iter_mut().filter(|group| **group == gone).for_each(|group| *group = place);
        }
    }
    groups
}
