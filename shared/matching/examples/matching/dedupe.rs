use crate::{
    Outcome,
    arguments::Arguments,
    index::Index,
    set::{self, Row},
};
use nerve_matching::Model;

/// Two records are one from these log-odds on, in bits, whatever other candidates there are.
const SAME: f64 = 0.0;

/// Adds records one at a time; each joins its group. The next record is compared with all values of a group, just as a
/// customer's profile grows with each event.
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
        // A record that belongs to two groups proves that they are one.
        if let Some(other) = decision.runner_up.filter(|other| other.alone() >= SAME) {
            let gone = index.merge(&other.record, place);
            groups.iter_mut().filter(|group| **group == gone).for_each(|group| *group = place);
        }
    }
    groups
}
