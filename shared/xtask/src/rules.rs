//! The allowed dependencies between crates.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// The platform's crates: a crate that names one runs on the platform.
const PLATFORM: &[&str] = &["js-sys", "wasm-bindgen", "wasm-bindgen-futures", "web-sys", "worker"];

/// The shared crate that adapts the platform.
const RUNTIME: &str = "nerve-runtime";

/// The vocabulary, on which all other crates build.
const MODEL: &str = "nerve-model";

/// Builders and fakes.
const TESTKIT: &str = "nerve-testkit";

/// A test that is also a program.
const SIMULATION: &str = "nerve-simulation";

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder is below `functions/`.
    pub(crate) is_worker: bool,
    /// The root files of its library and its programs.
    pub(crate) roots: Vec<PathBuf>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    /// Only tests need it.
    dev: bool,
}

/// Parses the output of `cargo metadata --no-deps`.
pub(crate) fn packages(metadata: &Value, root: &Path) -> Result<Vec<Package>> {
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    packages.iter().map(|package| read(package, root).context("cargo metadata has another shape")).collect()
}

fn read(package: &Value, root: &Path) -> Option<Package> {
    let dependencies = package["dependencies"].as_array()?.iter().map(|dependency| {
        Some(Dependency { name: dependency["name"].as_str()?.to_owned(), dev: dependency["kind"] == "dev" })
    });
    let targets = package["targets"].as_array().into_iter().flatten();
    let roots = targets.filter(|target| is_shipped(target)).filter_map(|target| target["src_path"].as_str());
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        is_worker: Path::new(package["manifest_path"].as_str()?).starts_with(root.join("functions")),
        roots: roots.map(PathBuf::from).collect(),
        dependencies: dependencies.collect::<Option<_>>()?,
    })
}

/// The target is neither a test nor a build script.
fn is_shipped(target: &Value) -> bool {
    let kinds = target["kind"].as_array().into_iter().flatten();
    kinds.filter_map(Value::as_str).any(|kind| matches!(kind, "lib" | "rlib" | "cdylib" | "bin"))
}

/// A line for each forbidden dependency.
pub(crate) fn violations(packages: &[Package]) -> Vec<String> {
    let workers: BTreeSet<&str> = packages.iter().filter(|p| p.is_worker).map(|p| p.name.as_str()).collect();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    let mut found = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            if let Some(reason) = objection(package, dependency, &workers, &ours) {
                found.push(format!("{} -> {}: {reason}", package.name, dependency.name));
            }
        }
    }
    found
}

fn objection(
    package: &Package,
    dependency: &Dependency,
    workers: &BTreeSet<&str>,
    ours: &BTreeSet<&str>,
) -> Option<&'static str> {
    let name = dependency.name.as_str();
    let knows_platform = package.is_worker || package.name == RUNTIME;
    if is_platform(name) && !knows_platform {
        Some("only the runtime and the workers know the platform")
    } else if name == RUNTIME && !package.is_worker {
        Some("only a worker adapts the platform")
    } else if workers.contains(name) {
        Some("a worker is called, not linked")
    } else if name == TESTKIT && !dependency.dev && ![TESTKIT, SIMULATION].contains(&package.name.as_str()) {
        Some("the test kit is for tests")
    } else if package.name == MODEL && ours.contains(name) && !dependency.dev {
        Some("the vocabulary depends on nothing of ours")
    } else {
        None
    }
}

fn is_platform(name: &str) -> bool {
    PLATFORM.contains(&name) || name.starts_with("worker-")
}

/// The workers, and all crates of the workspace that are compiled into one.
pub(crate) fn in_workers(packages: &[Package]) -> BTreeSet<String> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&Package> = packages.iter().filter(|package| package.is_worker).collect();
    while let Some(package) = open.pop() {
        if reached.insert(package.name.clone()) {
            let linked = package.dependencies.iter().filter(|dependency| !dependency.dev);
            open.extend(linked.filter_map(|dependency| packages.iter().find(|p| p.name == dependency.name)));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, folder: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<_> =
            dependencies.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
        json!({ "name": name, "manifest_path": format!("/p/{folder}/Cargo.toml"), "dependencies": dependencies })
    }

    fn read_all(list: &[Value]) -> Vec<Package> {
        packages(&json!({ "packages": list }), Path::new("/p")).unwrap()
    }

    fn allowed() -> Vec<Value> {
        vec![
            package("nerve-model", "shared/model", &[("serde", None), ("nerve-testkit", Some("dev"))]),
            package("nerve-testkit", "shared/testkit", &[("nerve-model", None)]),
            package("nerve-policy", "shared/policy", &[("nerve-model", None), ("nerve-testkit", Some("dev"))]),
            package("nerve-runtime", "shared/runtime", &[("worker", None), ("nerve-model", None)]),
            package("agent-worker", "functions/agent", &[("nerve-runtime", None), ("worker", None)]),
            package("stripe-worker", "functions/sources/stripe", &[("nerve-policy", None), ("wasm-bindgen", None)]),
        ]
    }

    fn check(violating: Value, expected: &str) {
        let mut list = allowed();
        list.push(violating);
        assert_eq!(violations(&read_all(&list)), [expected]);
    }

    #[test]
    fn dependencies_that_point_one_way_are_allowed() {
        assert_eq!(violations(&read_all(&allowed())), Vec::<String>::new());
    }

    #[test]
    fn dependencies_that_point_elsewhere_are_not() {
        check(
            package("nerve-x", "shared/x", &[("web-sys", None)]),
            "nerve-x -> web-sys: only the runtime and the workers know the platform",
        );
        check(
            package("nerve-x", "shared/x", &[("worker-macros", Some("dev"))]),
            "nerve-x -> worker-macros: only the runtime and the workers know the platform",
        );
        check(
            package("nerve-x", "shared/x", &[("nerve-runtime", None)]),
            "nerve-x -> nerve-runtime: only a worker adapts the platform",
        );
        check(
            package("x-worker", "functions/x", &[("agent-worker", None)]),
            "x-worker -> agent-worker: a worker is called, not linked",
        );
        check(
            package("x-worker", "functions/x", &[("nerve-testkit", None)]),
            "x-worker -> nerve-testkit: the test kit is for tests",
        );
    }

    #[test]
    fn the_vocabulary_stands_alone() {
        let mut list = allowed();
        list.splice(..1, [package("nerve-model", "shared/model", &[("nerve-policy", None)])]);
        let expected = "nerve-model -> nerve-policy: the vocabulary depends on nothing of ours";
        assert_eq!(violations(&read_all(&list)), [expected]);
    }

    #[test]
    fn tests_do_not_end_up_in_workers() {
        let reached = in_workers(&read_all(&allowed()));
        let expected = ["agent-worker", "nerve-model", "nerve-policy", "nerve-runtime", "stripe-worker"];
        assert_eq!(reached.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn another_shape_is_an_error() {
        assert!(packages(&json!({}), Path::new("/p")).is_err());
        assert!(packages(&json!({ "packages": [{ "name": "x" }] }), Path::new("/p")).is_err());
    }
}
