//! The sizes of workers, and their budgets.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bundle;
use crate::profile::Profile;
use crate::workers::Worker;

/// The unit of `wrangler`.
const KIB: u64 = 1024;

/// A source only verifies, mends JSON that is nearly right, and normalizes. In bytes, compressed.
const SOURCE_BUDGET: u64 = 160 * KIB;

/// A source for any sender parses the details of all kinds. In bytes, compressed.
const GENERIC_BUDGET: u64 = 230 * KIB;

/// SendGrid signs with an elliptic curve, whose arithmetic no other source contains. In bytes, compressed.
const CURVE_BUDGET: u64 = 170 * KIB;

/// The sources without a vendor.
const GENERIC: [&str; 3] = ["nerve-cloudevents", "nerve-custom", "nerve-standard"];

/// The platform accepts 3 MB on its free plan; fast starts need far less. In bytes, compressed.
const WORKER_BUDGET: u64 = 600 * KIB;

/// The context scores candidates, and reads mails and telephone numbers: it contains the tables of names, letters, domains,
/// encodings and numbering plans. In bytes, compressed.
const CONTEXT_BUDGET: u64 = 1_100 * KIB;

/// The console reads and writes all documents, with the telephone numbers in them, and files in every usual encoding, and
/// describes them in the API's document. No webhook waits for it. In bytes, compressed.
const CONSOLE_BUDGET: u64 = 1_400 * KIB;

/// A bundle, in bytes.
pub(crate) struct Size {
    name: String,
    raw: u64,
    gzipped: u64,
    budget: u64,
}

/// Measures the files of an upload.
pub(crate) fn measure(workers: &[Worker]) -> Result<Vec<Size>> {
    workers.iter().map(of).collect()
}

fn of(worker: &Worker) -> Result<Size> {
    let budget = match worker.name.as_str() {
        name if GENERIC.contains(&name) => GENERIC_BUDGET,
        "nerve-sendgrid" => CURVE_BUDGET,
        "nerve-context" => CONTEXT_BUDGET,
        "nerve-console" => CONSOLE_BUDGET,
        _ if worker.is_source() => SOURCE_BUDGET,
        _ => WORKER_BUDGET,
    };
    let mut size = Size { name: worker.name.clone(), raw: 0, gzipped: 0, budget };
    for file in bundle::FILES {
        let path = worker.bundle(Profile::Release).join(file);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        size.raw += bytes.len() as u64;
        size.gzipped += gzipped(&bytes)?;
    }
    Ok(size)
}

fn gzipped(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

/// A table with a line for each worker.
pub(crate) fn table(sizes: &[Size]) -> String {
    let mut lines = vec![format!("    {:<17} {:>10} {:>10} {:>10}", "worker", "raw", "gzipped", "budget")];
    lines.extend(sizes.iter().map(|size| {
        let [raw, gzipped, budget] = [size.raw, size.gzipped, size.budget].map(kibibytes);
        format!("    {:<17} {raw:>10} {gzipped:>10} {budget:>10}", size.name)
    }));
    lines.join("\n")
}

/// `58.6 KiB`.
fn kibibytes(bytes: u64) -> String {
    format!("{}.{} KiB", bytes / KIB, bytes % KIB * 10 / KIB)
}

/// Fails with the names of those over budget.
pub(crate) fn check(sizes: &[Size]) -> Result<()> {
    let over: Vec<_> = sizes.iter().filter(|size| size.gzipped > size.budget).map(|size| size.name.as_str()).collect();
    if over.is_empty() {
        return Ok(());
    }
    bail!("over the size budget: {}", over.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(gzipped: u64) -> Size {
        Size { name: "nerve-x".into(), raw: 1_264_128, gzipped, budget: SOURCE_BUDGET }
    }

    #[test]
    fn the_budget_is_the_last_size_that_passes() {
        assert!(check(&[size(SOURCE_BUDGET)]).is_ok());
        let error = check(&[size(1), size(SOURCE_BUDGET + 1)]).unwrap_err().to_string();
        assert_eq!(error, "over the size budget: nerve-x");
    }

    #[test]
    fn the_table_is_in_kibibytes() {
        let table = table(&[size(59_904)]);
        assert!(table.ends_with("    nerve-x           1234.5 KiB   58.5 KiB  160.0 KiB"), "{table}");
    }

    #[test]
    fn repetition_compresses() {
        assert!(gzipped(&[7; 100_000]).unwrap() < 1_000);
    }
}
