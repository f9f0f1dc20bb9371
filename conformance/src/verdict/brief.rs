//! How much a report repeats of what others wrote, and how often it says the same.
//!
//! Agents choose paths of requests, names of runs, commands and file names, as long and as many as they like. What a
//! rule says of them is cut here, once, when it has spoken and the token is covered: reports in all formats tell no
//! more, and the evidence has all of it.

use super::{Doubt, Finding, Reference, Settled, Verdict};

/// Longest text that is told, in characters.
const LONGEST: usize = 500;

/// Of what is longer, how many characters of its end are told.
const END: usize = 150;

/// Room for how much was left out between the two, in characters.
const MARK: usize = 50;

/// How many findings, doubts or places of a verdict are told one by one.
const MOST: usize = 100;

/// What stands where something was left out, behind its number.
const LEFT_OUT: &str = " characters left out …";

/// The text; of a long one the beginning and the end, with how much is left out between them.
pub(crate) fn text(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let count = text.chars().count();
    let starts = |at: usize| text.char_indices().nth(at).map(|(start, _)| start);
    let ends = text.char_indices().rev().nth(END - 1);
    match (starts(LONGEST - END - MARK), ends) {
        (Some(head), Some((tail, _))) if count > LONGEST => {
            let (head, tail) = (&text[..head], &text[tail..]);
            format!("{head}… {}{LEFT_OUT}{tail}", count - (LONGEST - MARK))
        }
        _ => text,
    }
}

/// Whether something was left out of a text.
pub(crate) fn is_cut(text: &str) -> bool {
    text.contains(LEFT_OUT)
}

/// The first texts, each cut, and how many more there are.
pub(crate) fn texts(texts: &[String]) -> Vec<String> {
    let (told, more) = first(texts);
    told.iter().cloned().map(text).chain(more).collect()
}

/// The first ones, and in words how many more there are.
pub(crate) fn first<T>(items: &[T]) -> (&[T], Option<String>) {
    let (told, rest) = items.split_at(items.len().min(MOST));
    let more = (!rest.is_empty()).then(|| format!("({} more)", rest.len()));
    (told, more)
}

impl Verdict {
    /// The same with long texts cut, and of very many findings, doubts and places the first ones and how many more.
    pub(crate) fn brief(self) -> Self {
        let mut room = MOST;
        match self {
            Self::Pass(evidence) => Self::Pass(places(evidence, &mut room)),
            Self::Fail(findings) => Self::Fail(all_findings(findings)),
            Self::Doubtful(doubts) => Self::Doubtful(all_doubts(doubts)),
            Self::NotApplicable(reason) => Self::NotApplicable(text(reason)),
            Self::NotLookedAt(choice) => Self::NotLookedAt(text(choice)),
            Self::Untestable(missing) => Self::Untestable(text(missing)),
        }
    }
}

impl Settled {
    /// The same with long texts cut.
    pub(crate) fn brief(mut self) -> Self {
        for settlement in &mut self.settlements {
            settlement.question = text(std::mem::take(&mut settlement.question));
            if let Some(quotation) = &mut settlement.quotation {
                quotation.text = text(std::mem::take(&mut quotation.text));
            }
        }
        self
    }
}

fn all_findings(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut room = MOST;
    let more = remainder(&rest(&mut findings));
    let told = findings.into_iter().chain(more).map(|finding| Finding {
        message: text(finding.message),
        evidence: places(finding.evidence, &mut room),
        level: finding.level,
    });
    told.collect()
}

/// What stands for findings that are not told. It weighs what the worst of them does, and is at the place of the
/// first.
fn remainder(untold: &[Finding]) -> Option<Finding> {
    let first = untold.first()?;
    let levels = untold.iter().map(|finding| finding.level);
    Some(Finding {
        message: format!(
            "and {} more of this rule's findings, the first of them here",
            untold.len()
        ),
        evidence: first.evidence.first().cloned().into_iter().collect(),
        level: levels.reduce(|a, b| Some(a?.max(b?))).flatten(),
    })
}

fn all_doubts(mut doubts: Vec<Doubt>) -> Vec<Doubt> {
    let mut room = MOST;
    let more = rest(&mut doubts).len();
    let more = (more > 0).then(|| Doubt::more(more));
    let told = doubts.into_iter().map(|mut doubt| {
        doubt.question = text(doubt.question);
        if let Some(nearest) = &mut doubt.nearest {
            nearest.text = text(std::mem::take(&mut nearest.text));
            cut(&mut nearest.at);
        }
        doubt.evidence = places(doubt.evidence, &mut room);
        doubt
    });
    told.chain(more).collect()
}

/// The first places, the very first whether there is room or not, and how many more there are.
fn places(mut places: Vec<Reference>, room: &mut usize) -> Vec<Reference> {
    let kept = places.len().min((*room).max(1));
    *room = room.saturating_sub(kept);
    let count = places.split_off(kept).len();
    places.iter_mut().for_each(cut);
    places.extend((count > 0).then_some(Reference::More { count }));
    places
}

fn cut(place: &mut Reference) {
    if let Some(words) = place.words_mut() {
        *words = text(std::mem::take(words));
    }
}

/// Takes out what is too many.
fn rest<T>(items: &mut Vec<T>) -> Vec<T> {
    items.split_off(items.len().min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Level;

    #[test]
    fn beginning_and_end_of_a_long_text_stay() {
        let short = "é".repeat(LONGEST);
        assert_eq!(text(short.clone()), short);
        let told = text(format!("`{}` is no endpoint", "é".repeat(60_000)));
        assert!(told.starts_with("`éé") && told.ends_with("éé` is no endpoint"));
        assert!(told.contains("… 59567 characters left out …"), "{told}");
        assert!(is_cut(&told) && !is_cut(&short));
        assert!(told.chars().count() <= LONGEST);
        assert_eq!(text(told.clone()), told);
    }

    #[test]
    fn of_many_findings_the_first_are_told_and_the_rest_counted() {
        let place = |line| vec![Reference::line("a", line)];
        let mild = |line| Finding::new("x", place(line)).at_most(Level::Should);
        let mut findings: Vec<Finding> = (1..=MOST + 3).map(mild).collect();
        let all_mild = Verdict::Fail(findings.clone()).brief();
        findings.push(Finding::new("x", Vec::new()));
        let Verdict::Fail(told) = Verdict::Fail(findings).brief() else {
            panic!("it was a failure");
        };
        assert_eq!(told.len(), MOST + 1);
        let last = &told[MOST];
        assert!(last.message.starts_with("and 4 more of"), "{last:?}");
        assert_eq!(last.evidence, place(MOST + 1));
        assert_eq!(last.level, None);
        let Verdict::Fail(told) = all_mild else {
            panic!("it was a failure");
        };
        assert_eq!(told[MOST].level, Some(Level::Should));
    }

    #[test]
    fn places_of_a_verdict_share_its_room() {
        let places = |count| vec![Reference::file("x".repeat(4_000)); count];
        let Verdict::Pass(told) = Verdict::Pass(places(MOST + 7)).brief() else {
            panic!("it was a pass");
        };
        assert_eq!(told.len(), MOST + 1);
        assert_eq!(told[MOST], Reference::More { count: 7 });
        let found = vec![
            Finding::new("x", places(MOST)),
            Finding::new("y", places(9)),
        ];
        let Verdict::Fail(told) = Verdict::Fail(found).brief() else {
            panic!("it was a failure");
        };
        assert_eq!(told[0].evidence.len(), MOST);
        assert_eq!(told[1].evidence.len(), 2);
        assert_eq!(told[1].evidence[1].to_string(), "and 8 more places");
    }

    #[test]
    fn of_many_doubts_the_rest_is_no_question() {
        let doubts = vec![Doubt::new("q?", None); MOST + 2];
        let Verdict::Doubtful(told) = Verdict::Doubtful(doubts).brief() else {
            panic!("it was a doubt");
        };
        assert_eq!(told.len(), MOST + 1);
        assert!(told[MOST].is_more() && !told[0].is_more());
        // Cut again, it stays as it is.
        let again = Verdict::Doubtful(told[1..].to_vec()).brief();
        assert_eq!(again, Verdict::Doubtful(told[1..].to_vec()));
    }
}
