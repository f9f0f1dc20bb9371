//! Asking a rule: what has to be the case before it decides, by the kind of its check.

use super::applicability::{Matters, unless_plan, unless_planned, unless_written_later};
use super::{Check, Rule, iteration, reflections};
use crate::demand;
use crate::facts::{Facts, PlanFacts};
use crate::verdict::Verdict;

impl Rule {
    /// Whether the plan, and what it is held against, is all that the rule looks at.
    pub(crate) fn sees_plan_only(&self) -> bool {
        !matches!(self.check, Check::Case(_) | Check::Iteration(_))
    }

    /// What the rule says of a case whose evidence is complete.
    pub(crate) fn of_case(&self, facts: &Facts<'_>) -> Verdict {
        match self.check {
            Check::Case(check) => check(facts),
            Check::Iteration(check) => match iteration::at_work(facts) {
                Ok(execution) => check(facts, execution),
                Err(verdict) => verdict,
            },
            Check::Own(_) => self.of_planning(facts),
            _ if facts.execution.is_some() => {
                unless_written_later(facts).unwrap_or_else(|| self.said(&facts.plan()))
            }
            _ => self.of_planning(facts),
        }
    }

    fn of_planning(&self, facts: &Facts<'_>) -> Verdict {
        unless_planned(facts).unwrap_or_else(|| self.of_plan(&facts.plan()))
    }

    /// What the rule says of a plan, where it [sees nothing but a plan](Self::sees_plan_only).
    pub(crate) fn of_plan(&self, facts: &PlanFacts<'_>) -> Verdict {
        unless_plan(facts, self).unwrap_or_else(|| self.said(facts))
    }

    /// The same of what is known to be a plan.
    fn said(&self, facts: &PlanFacts<'_>) -> Verdict {
        let tasks = |matters: Matters| matters.unless(facts);
        match self.check {
            Check::Case(_) | Check::Iteration(_) => {
                Verdict::not_applicable("it sees more than a plan")
            }
            Check::Plan(check) => check(facts),
            Check::Tasks(matters, check) => tasks(matters).unwrap_or_else(|| check(facts)),
            Check::Demand(matters) => {
                tasks(matters).unwrap_or_else(|| demand::judge(facts, self.code))
            }
            Check::Reflections(saying) => {
                tasks(Matters::Always).unwrap_or_else(|| reflections::each_says(facts, &saying))
            }
            Check::Own(own) => own.judge(facts),
        }
    }
}
