//! What a plan speaks of, worked out once for all rules.

use std::sync::Arc;

use super::by_task::ByTask;
use super::gates::{self, ReflectionGate};
use super::sightings::Sightings;
use super::{Plan, Span, Task, TaskReading, prose};
use crate::prose::{
    Hit, Polarity, Prose, Segment, Sentence, Strength, Topic, Topics, Vocabulary, Zone,
};

/// A plan's prose, and what each task says.
#[derive(Debug, Default)]
pub struct Reading {
    /// Sentences with zones and signs.
    pub prose: Prose,
    /// What is recognised, by topic: indices of the prose's hits.
    by_topic: Vec<Vec<u32>>,
    /// All that is recognised, by where it begins in the source: indices of the prose's hits.
    by_place: Vec<u32>,
    tasks: ByTask,
    /// What topics beside the lexicon's are recognised.
    beside: Sightings,
    /// The tasks that look back on results and decide, in order.
    pub gates: Vec<ReflectionGate>,
    /// Whether the tasks are in English, as far as can be told: where they are not, the absence of
    /// an English word says nothing.
    pub is_english: bool,
}

impl Reading {
    /// Reads all of a plan.
    pub fn of(plan: &Plan) -> Self {
        let prose = prose::read(plan);
        let mut counts = vec![0; Topic::ALL.len()];
        for hit in &prose.hits {
            counts[hit.topic as usize] += 1;
        }
        let mut by_topic: Vec<Vec<u32>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (index, hit) in prose.hits.iter().enumerate() {
            by_topic[hit.topic as usize].push(index as u32);
        }
        let mut by_place: Vec<u32> = (0..prose.hits.len() as u32).collect();
        by_place.sort_by_key(|index| start_of(&prose, *index));
        let tasks = ByTask::of(plan, &prose);
        Self {
            gates: gates::find(plan, &prose, &tasks),
            is_english: is_english(&prose, plan.tasks().len()),
            prose,
            by_topic,
            by_place,
            tasks,
            beside: Sightings::default(),
        }
    }

    /// What is affirmed by strong signs within a stretch of the source.
    pub fn topics_in(&self, span: &Span) -> Topics {
        self.topics_of(span, |hit| hit.polarity != Polarity::Denied)
    }

    /// What a label names: what stands behind it may deny it, and it is named all the same.
    pub fn topics_named_in(&self, span: &Span) -> Topics {
        self.topics_of(span, |_| true)
    }

    fn topics_of(&self, span: &Span, counts: impl Fn(&Hit) -> bool) -> Topics {
        let mut topics = Topics::default();
        let strong = self
            .hits_in(span)
            .filter(|hit| hit.strength == Strength::Strong);
        for hit in strong.filter(|hit| counts(hit)) {
            topics.insert(hit.topic);
        }
        topics
    }

    /// The signs that begin within a stretch of the source. They are found by their places, as a sentence may be as
    /// long as the plan, and be asked for in thousands of parts.
    pub fn hits_in(&self, span: &Span) -> impl Iterator<Item = &Hit> {
        let ahead_of = |at: usize| {
            let is_ahead = |index: &u32| start_of(&self.prose, *index) < at;
            self.by_place.partition_point(is_ahead)
        };
        let inside = ahead_of(span.start)..ahead_of(span.end.max(span.start));
        self.by_place[inside]
            .iter()
            .filter_map(|index| self.prose.hits.get(*index as usize))
    }

    /// How many words within a stretch of the source are none of a topic's.
    pub fn count_beside(&self, span: &Span, topic: Topic) -> usize {
        let tokens = self.prose.tokens_in(span);
        let mut is_other = vec![true; tokens.len()];
        for hit in self.hits_in(span).filter(|hit| hit.topic == topic) {
            for at in hit.tokens.clone() {
                if let Some(slot) = at
                    .checked_sub(tokens.start)
                    .and_then(|at| is_other.get_mut(at))
                {
                    *slot = false;
                }
            }
        }
        is_other.into_iter().filter(|is_other| *is_other).count()
    }

    /// Whether a task is a reflection, or may be one.
    pub fn is_reflection(&self, task: usize) -> bool {
        self.gates
            .binary_search_by_key(&task, |gate| gate.task)
            .is_ok()
    }

    /// The signs that a task shows.
    pub fn hits_of_task(&self, task: usize) -> impl Iterator<Item = &Hit> {
        self.tasks.hits(&self.prose, task)
    }

    /// The segments of a task, in order.
    pub fn segments_of(&self, task: usize) -> &[Segment] {
        self.tasks.segments(&self.prose, task)
    }

    /// The first sentence of what a task is to do.
    pub fn first_sentence(&self, task: usize) -> Option<&Sentence> {
        self.tasks.first_sentence(&self.prose, task)
    }

    /// The task's own reading, by its place among the plan's tasks.
    pub fn at(&self, task: usize) -> Option<&TaskReading> {
        self.tasks.at(task)
    }

    /// What a task of the plan says.
    pub fn task(&self, task: &Task) -> &TaskReading {
        self.tasks.reading(task)
    }

    /// The signs of a topic, in order.
    pub fn hits(&self, topic: Topic) -> impl Iterator<Item = &Hit> {
        self.by_topic
            .get(topic as usize)
            .into_iter()
            .flatten()
            .filter_map(|index| self.prose.hits.get(*index as usize))
    }

    /// The signs of each topic of a vocabulary beside the lexicon, in order. They are searched for once.
    pub fn hits_of_own(&self, vocabulary: &Arc<Vocabulary>) -> Arc<[Vec<Hit>]> {
        self.beside.of(vocabulary, &self.prose)
    }

    /// Whether a sign of a topic begins at a token. For topics whose signs are all of one strength, which
    /// stand in the order of the text.
    pub fn begins_at(&self, topic: Topic, token: usize) -> bool {
        let starts = |index: &u32| {
            let hit = self.prose.hits.get(*index as usize);
            hit.map_or(usize::MAX, |hit| hit.tokens.start)
        };
        self.by_topic
            .get(topic as usize)
            .is_some_and(|of_topic| of_topic.binary_search_by_key(&token, starts).is_ok())
    }

    /// Whether the byte `at` is part of a sign of a topic; for the same topics.
    pub fn covers(&self, topic: Topic, at: usize) -> bool {
        let of_topic = self.by_topic.get(topic as usize).map_or(&[][..], |of| of);
        let span = |index: &u32| {
            let hit = self.prose.hits.get(*index as usize);
            hit.map_or(usize::MAX..usize::MAX, |hit| self.prose.span_of(hit))
        };
        let ahead = of_topic.partition_point(|index| span(index).start <= at);
        let nearest = ahead.checked_sub(1).and_then(|last| of_topic.get(last));
        nearest.is_some_and(|index| span(index).contains(&at))
    }

    /// The zone in which a hit stands.
    pub fn zone(&self, hit: &Hit) -> Zone {
        self.prose.zone_of(hit)
    }

    /// The task to which a hit belongs, by its place among the plan's tasks.
    pub fn task_of(&self, hit: &Hit) -> Option<usize> {
        self.prose.segment_of(hit)?.task
    }

    /// Where the sentence of a hit stands.
    pub fn sentence_span(&self, hit: &Hit) -> Span {
        self.prose
            .sentences
            .get(hit.sentence)
            .map_or(0..0, |sentence| sentence.span.clone())
    }

    /// The number that opens a sign, in words or digits: `all 8 at once`.
    pub fn count_at(&self, hit: &Hit) -> Option<u32> {
        let words = hit
            .tokens
            .clone()
            .filter_map(|at| self.prose.tokens.get(at));
        words
            .map(|token| self.prose.tokens.text(token))
            .find_map(|word| word.parse().ok())
    }

    /// Whether a hit says what its task is about: it stands in the first sentence, in the deliverable,
    /// or the task opens with it.
    pub fn is_subject(&self, hit: &Hit) -> bool {
        let Some(task) = self.task_of(hit) else {
            return false;
        };
        let is_first = self
            .first_sentence(task)
            .is_some_and(|first| first.tokens.contains(&hit.tokens.start));
        is_first || self.zone(hit) == Zone::Deliverable
    }

    /// Whether a sentence says something beyond words that say nothing and these topics' words, or says
    /// nothing vague at all: `if it does not` goes on with what came before.
    pub fn is_solid(&self, sentence: usize, besides: &[Topic]) -> bool {
        let Some(sentence) = self.prose.sentences.get(sentence) else {
            return false;
        };
        let mut is_other = vec![true; sentence.tokens.len()];
        let hits = self
            .prose
            .hits
            .get(sentence.hits.clone())
            .unwrap_or_default();
        let counts = |topic: Topic| {
            besides.contains(&topic) || matches!(topic, Topic::VagueCriterion | Topic::English)
        };
        for hit in hits
            .iter()
            .filter(|hit| counts(hit.topic) && hit.tokens.len() == 1)
        {
            if let Some(slot) = is_other.get_mut(hit.tokens.start - sentence.tokens.start) {
                *slot = false;
            }
        }
        let is_vague = hits.iter().any(|hit| hit.topic == Topic::VagueCriterion);
        !is_vague || is_other.into_iter().any(|is_other| is_other)
    }

    /// Whether the sentence of a hit also affirms another topic.
    pub fn stands_with(&self, hit: &Hit, topic: Topic) -> bool {
        self.prose
            .hits_of(hit.sentence)
            .iter()
            .any(|other| other.is_said(topic))
    }
}

/// Where a sign begins in the source.
fn start_of(prose: &Prose, index: u32) -> usize {
    let hit = prose.hits.get(index as usize);
    hit.map_or(usize::MAX, |hit| prose.span_of(hit).start)
}

/// Whether the tasks are in English. Where that cannot be told they are not.
fn is_english(prose: &Prose, tasks: usize) -> bool {
    let is_of_task = |sentence: &Sentence| {
        let segment = prose.segments.get(sentence.segment);
        segment.is_some_and(|segment| segment.zone.is_task())
    };
    let of_task = |hit: &&Hit| prose.sentences.get(hit.sentence).is_some_and(is_of_task);
    let count = |topic: Topic| {
        let hits = prose.hits.iter().filter(|hit| hit.topic == topic);
        hits.filter(of_task).count()
    };
    let (english, foreign) = (count(Topic::English), count(Topic::Foreign));
    let of_tasks = prose
        .sentences
        .iter()
        .filter(|sentence| is_of_task(sentence));
    let words = of_tasks
        .flat_map(|sentence| sentence.tokens.clone())
        .filter_map(|at| prose.tokens.get(at))
        .filter(|token| !token.is_code);
    let (mut letters, mut other) = (0_usize, 0_usize);
    for token in words {
        let text = prose.tokens.text(token);
        if text.is_ascii() {
            letters += text.bytes().filter(u8::is_ascii_alphabetic).count();
            continue;
        }
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            letters += 1;
            other += usize::from(c >= '\u{250}');
        }
    }
    other * 5 <= letters && english * 2 >= tasks && english >= foreign * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_of_a_wide_row_look_at_each_sign_once() {
        let cells = 500;
        let line = |cell: &str| format!("|{}\n", cell.repeat(cells));
        let source = format!(
            "## Planning Notes\n\n{}{}{}",
            line("risks|"),
            line("-|"),
            line("stderr|")
        );
        let plan = Plan::parse(&source);
        let reading = Reading::of(&plan);
        let parts = plan.parts(&plan.sections[0]);
        let looked_at = |span: &Span| reading.hits_in(span).size_hint().1.unwrap_or(usize::MAX);
        let columns: Vec<&Span> = parts.iter().skip(1).map(|part| &part.span).collect();
        assert_eq!(columns.len(), cells);
        let all: usize = columns.into_iter().map(looked_at).sum();
        assert_eq!(all, looked_at(&parts[0].span));
        assert!(all >= cells, "{all}");
    }
}
