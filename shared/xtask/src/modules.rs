//! Loops between the modules of a crate.
//!
//! A module and its parts may name one another. Siblings, each taken with its parts, must not need one another in a
//! loop. The root of a crate therefore belongs to no loop.

mod paths;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::modules::paths::{block, imported, path};
use crate::tokens::{Token, tokens};

/// A module by its path from the root of the crate, which is the empty one.
type Module = Vec<String>;

/// The modules of a crate, each with the modules it names.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    /// All modules, with the paths in their text.
    named: BTreeMap<Module, Vec<Vec<String>>>,
}

impl Modules {
    /// Parses a crate from its root file.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let mut modules = Self::default();
        let folder = root.parent().context("a file lies in a folder")?;
        modules.file(root, folder, &Module::new())?;
        Ok(modules)
    }

    fn file(&mut self, file: &Path, folder: &Path, module: &Module) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        for name in self.read(&tokens(&text), module) {
            let child: Module = name.clone();
            let folder = child[module.len()..].iter().fold(folder.to_path_buf(), |folder, name| folder.join(name));
            let candidates: [PathBuf; 2] = [folder.with_extension("rs"), folder.join("mod.rs")];
            if let Some(file) = candidates.iter().find(|file| file.is_file()) {
                self.file(file, &folder, &child)?;
            }
        }
        Ok(())
    }

    /// Adds the paths of a module and of its inline modules; returns the modules with a file of their own.
    fn read(&mut self, tokens: &[Token<'_>], module: &Module) -> Vec<Module> {
        self.named.entry(module.clone()).or_default();
        let mut elsewhere = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = |n: usize| tokens.get(at + n).map(|token| token.text);
            at += match (token.text, next(2)) {
                ("mod", Some(end @ (";" | "{"))) => {
                    let child: Module = module.iter().cloned().chain([tokens[at + 1].text.to_owned()]).collect();
                    if end == ";" {
                        elsewhere.push(child);
                        3
                    } else {
                        let length = block(&tokens[at + 2..]);
                        elsewhere.extend(self.read(&tokens[at + 3..at + 1 + length], &child));
                        2 + length
                    }
                }
                ("use", _) => {
                    let (paths, length) = imported(&tokens[at + 1..]);
                    self.named.entry(module.clone()).or_default().extend(paths);
                    1 + length
                }
                _ if token.is_word() && next(1) == Some("::") => {
                    let path = path(&tokens[at..]);
                    let length = 2 * path.len() - 1;
                    self.named.entry(module.clone()).or_default().push(path);
                    length
                }
                _ => 1,
            };
        }
        elsewhere
    }

    /// The module that a path leads to, seen from another; `None` if that is another crate.
    fn target(&self, from: &Module, path: &[String]) -> Option<Module> {
        let mut at = match path.first()?.as_str() {
            "crate" => Module::new(),
            "self" | "super" => from.clone(),
            child => self.child(from, child).map(|_| from.clone())?,
        };
        for name in path {
            match name.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                name => match self.child(&at, name) {
                    Some(child) => at = child,
                    None => break,
                },
            }
        }
        Some(at)
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child: Module = module.iter().cloned().chain([name.to_owned()]).collect();
        self.named.contains_key(&child).then_some(child)
    }

    /// The siblings that each module needs, each taken with its parts.
    fn graph(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut graph: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, paths) in &self.named {
            for (own, other) in paths.iter().filter_map(|path| siblings(from, &self.target(from, path)?)) {
                graph.entry(own).or_default().insert(other);
            }
        }
        graph
    }

    /// A shortest loop for each set of modules that need one another, as `a -> b -> a`.
    pub(crate) fn loops(&self) -> Vec<String> {
        let graph = self.graph();
        let mut told: BTreeSet<Module> = BTreeSet::new();
        let mut loops = Vec::new();
        for module in graph.keys() {
            if !told.contains(module)
                && let Some(way) = way(&graph, module)
            {
                let names: Vec<String> = way.iter().map(|module| module.join("::")).collect();
                loops.push(names.join(" -> "));
                let among = |other: &&Module| {
                    reached(&graph, module).contains(*other) && reached(&graph, other).contains(module)
                };
                told.extend(graph.keys().filter(among).cloned());
            }
        }
        loops
    }
}

/// The siblings that contain the two modules; `None` if one is a part of the other.
fn siblings(from: &Module, to: &Module) -> Option<(Module, Module)> {
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    Some((from.get(..=shared)?.to_vec(), to.get(..=shared)?.to_vec()))
}

/// The shortest path from a module back to itself.
fn way<'a>(graph: &'a BTreeMap<Module, BTreeSet<Module>>, start: &'a Module) -> Option<Vec<&'a Module>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| graph.get(*last)).into_iter().flatten() {
            let longer: Vec<&Module> = way.iter().copied().chain([next]).collect();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

fn reached(graph: &BTreeMap<Module, BTreeSet<Module>>, start: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loops of a crate with inline modules.
    fn loops(text: &str) -> Vec<String> {
        let mut modules = Modules::default();
        modules.read(&tokens(text), &Module::new());
        modules.loops()
    }

    #[test]
    fn imports_in_one_direction_are_no_loop() {
        assert_eq!(loops("mod a { use crate::b::X; } mod b { use crate::c; use std::fmt; } mod c {}"), [""; 0]);
        assert_eq!(loops("mod a { use crate::X; } pub use a::Y;"), [""; 0], "the root is a facade");
        assert_eq!(loops("mod a { pub mod b {} use self::b::X; b::f(); } mod c { crate::a::b::f(); }"), [""; 0]);
    }

    #[test]
    fn a_loop_is_told_as_the_shortest_way_round() {
        assert_eq!(loops("mod a { use crate::b::X; } mod b { use crate::a::Y; }"), ["a -> b -> a"]);
        assert_eq!(
            loops(
                "mod a { use crate::{c, b::{X, Y as Z}}; } mod b { fn f() { crate::c::g() } } mod c { use super::a::T; }"
            ),
            ["a -> c -> a"]
        );
        let two = "mod a { use super::b; } mod b { use super::a; } mod c { use super::d::*; } mod d { fn f(x: crate::c::X) {} }";
        assert_eq!(loops(two), ["a -> b -> a", "c -> d -> c"]);
    }

    #[test]
    fn a_module_stands_for_its_parts_and_may_name_them() {
        assert_eq!(loops("mod a { mod b { use super::X; } fn f() { b::g() } }"), [""; 0]);
        let through_a_part = "mod a { mod b { use super::super::c::X; } } mod c { use crate::a::Y; }";
        assert_eq!(loops(through_a_part), ["a -> c -> a"]);
        let among_parts = "mod a { mod b { use super::c::X; } mod c { use crate::a::b::Y; } }";
        assert_eq!(loops(among_parts), ["a::b -> a::c -> a::b"]);
    }

    #[test]
    fn tests_may_name_anything() {
        assert_eq!(
            loops("mod a { use crate::b::X; } mod b { #[cfg(test)] mod tests { use crate::a::Y; use super::*; } }"),
            [""; 0]
        );
    }
}
