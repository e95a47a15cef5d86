use crate::Outcome;
use nerve_matching::Model;
use std::{collections::BTreeMap, fs};

/// A command and its `--name value` options.
pub(crate) struct Arguments {
    pub(crate) command: String,
    options: BTreeMap<String, String>,
}

impl Arguments {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let command = words.next().ok_or("which command?")?;
        let mut options = BTreeMap::new();
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
            options.insert(name, value);
        }
        Ok(Self { command, options })
    }

    pub(crate) fn get(&self, name: &str) -> Outcome<&str> {
        Ok(self.find(name).ok_or_else(|| format!("{name} is missing"))?)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// The model of `--model`, or the shipped one.
    pub(crate) fn model(&self) -> Outcome<Model> {
        match self.find("--model") {
            Some(path) => Ok(Model::from_json(&fs::read_to_string(path)?)?),
            None => Ok(Model::shipped().clone()),
        }
    }
}
