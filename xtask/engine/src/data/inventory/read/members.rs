//! The members of a group. Expressions are evaluated in the order of their dependencies.

use std::collections::{BTreeSet, HashMap};

use super::declared::DeclaredGroup;
use super::given::Text;
use super::imported::Imported;
use super::reader::Reader;
use crate::data::expression::{self, Term, Word};
use crate::data::inventory::roster::Roster;
use crate::data::spanned_error::SpannedError;

type Hosts = BTreeSet<usize>;

/// The progress of a group.
#[derive(Clone)]
enum State {
    New,
    /// Being evaluated: meeting it again is a circle.
    Open,
    Done(Hosts),
    /// A problem of it is reported already.
    Wrong,
}

/// Evaluates groups; an error of `None` is one that is reported already.
pub(super) struct Members<'m, 'r> {
    reader: &'m mut Reader<'r>,
    roster: &'m Roster,
    groups: &'m [DeclaredGroup],
    /// The places of the groups and modules by name.
    numbers: HashMap<&'m str, usize>,
    imported: HashMap<&'m str, &'m Imported>,
    states: Vec<State>,
    open: Vec<usize>,
}

impl<'m, 'r> Members<'m, 'r> {
    pub(super) fn new(
        reader: &'m mut Reader<'r>,
        roster: &'m Roster,
        groups: &'m [DeclaredGroup],
        modules: &'m [Imported],
    ) -> Self {
        let states = vec![State::New; groups.len()];
        let mut numbers = HashMap::new();
        for (number, group) in groups.iter().enumerate() {
            numbers.entry(group.key.text.as_str()).or_insert(number);
        }
        let imported = modules.iter().map(|module| (module.name.as_str(), module)).collect();
        Self { reader, roster, groups, numbers, imported, states, open: Vec::new() }
    }

    /// The hosts of every declared group; `None` where something is wrong.
    pub(super) fn all(mut self) -> Vec<Option<Hosts>> {
        (0..self.groups.len()).map(|number| self.group(number)).collect()
    }

    fn group(&mut self, number: usize) -> Option<Hosts> {
        match &self.states[number] {
            State::Done(hosts) => return Some(hosts.clone()),
            State::Open | State::Wrong => return None,
            State::New => {}
        }
        self.states[number] = State::Open;
        self.open.push(number);
        let found = self.evaluate(number);
        self.open.pop();
        self.states[number] = found.clone().map_or(State::Wrong, State::Done);
        found
    }

    fn evaluate(&mut self, number: usize) -> Option<Hosts> {
        let groups = self.groups;
        let module = self.imported.get(groups[number].key.text.as_str()).copied();
        let mut found = Some(Hosts::new());
        for text in &groups[number].hosts {
            match (self.expression(text), &mut found) {
                (Some(part), Some(found)) => found.extend(part),
                _ => found = None,
            }
        }
        let found = found.filter(|_| module.is_some() || !groups[number].hosts.is_empty())?;
        match module {
            Some(module) if groups[number].hosts.is_empty() => Some(module.hosts.clone()),
            Some(module) if module.hosts != found => {
                self.differs(number, module, found);
                None
            }
            _ => Some(found),
        }
    }

    /// One expression of a group.
    fn expression(&mut self, text: &Text) -> Option<Hosts> {
        // A search for the names that were meant goes through all of them.
        if self.reader.problems.are_enough() {
            return None;
        }
        let all = self.roster.len();
        let found = match expression::parse(&text.text) {
            Ok(terms) => {
                expression::evaluate(&text.text, &terms, all, |term| self.term(text, term))
            }
            Err(spanned) => Err(Some(spanned)),
        };
        found
            .map_err(|spanned| {
                spanned.into_iter().for_each(|spanned| self.reader.reject(text, spanned))
            })
            .ok()
    }

    fn term(&mut self, text: &Text, term: &Term) -> Result<Hosts, Option<SpannedError>> {
        let names = match &term.word {
            Word::Hosts(names) => return Ok(self.roster.hosts(names, &term.at)?),
            Word::Groups(names) => names,
            Word::All => return Ok((0..self.roster.len()).collect()),
        };
        let mut hosts = Hosts::new();
        for name in names {
            if let Some(&number) = self.numbers.get(name.as_str()) {
                if matches!(self.states[number], State::Open) {
                    self.circle(text, term, number);
                }
                hosts.extend(self.group(number).ok_or(None)?);
            } else if let Some(module) = self.imported.get(name.as_str()) {
                hosts.extend(&module.hosts);
            } else {
                return Err(Some(self.roster.missing_group(name, &term.at)));
            }
        }
        Ok(hosts)
    }

    /// Reports that the term leads back to a group that is being evaluated.
    fn circle(&mut self, text: &Text, term: &Term, number: usize) {
        let start = self.open.iter().position(|&open| open == number).unwrap_or_default();
        let circle = self.open[start..].iter().chain([&number]);
        let names: Vec<String> =
            circle.map(|&group| format!("@{}", self.groups[group].key.text)).collect();
        let message = format!("groups refer to each other in a circle: {}", names.join(" -> "));
        self.reader.reject(text, SpannedError::new(term.at.clone(), message));
    }

    /// Reports a hand-written group that differs from its module in `install.config`.
    fn differs(&mut self, number: usize, module: &Imported, found: Hosts) {
        let key = &self.groups[number].key;
        let (here, there) = (self.roster.folded(found), self.roster.folded(module.hosts.clone()));
        let message =
            format!("group `{}` is {here} here but {there} in {}", key.text, module.place.path);
        let noun = if module.module { "module is" } else { "import has it as" };
        let hint = format!("leave the group out: the {noun} a group already");
        let problem = self.reader.problem_at(key, message);
        let problem = problem.hint(Some(hint));
        self.reader.push(problem.other(
            module.place.clone(),
            if module.module { "first line of the module" } else { "the group" },
        ));
    }
}
