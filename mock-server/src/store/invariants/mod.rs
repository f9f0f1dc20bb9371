//! Whatever is done in whatever order, the store's books agree.

mod ops;

use std::collections::{BTreeSet, HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::json::{decode, from_json, to_bytes};
use ops::{Op, apply, new_run, op};

fn store() -> Store {
    let config = StoreConfig {
        seed: 1,
        workdir: "/w".to_owned(),
        profiles: RunProfiles::default(),
        mode: RunMode::Simulated,
        cluster: ClusterProfile::default(),
        limit: u64::MAX,
    };
    Store::new(config, Timestamp::default())
}

fn check(store: &Store) {
    let mut member_of: HashMap<&str, &str> = HashMap::new();
    for sweep in &store.sweeps {
        let mut counted = Progress::default();
        let unique: HashSet<&String> = sweep.run_ids.iter().collect();
        assert_eq!(
            unique.len(),
            sweep.run_ids.len(),
            "a run is twice in a sweep"
        );
        for id in &sweep.run_ids {
            let run = &store.runs[store.run_index[id]];
            assert_eq!(run.sweep_id.as_deref(), Some(sweep.id.as_str()));
            assert_eq!(
                member_of.insert(id, &sweep.id),
                None,
                "a run is in two sweeps"
            );
            counted.add(&run.status);
        }
        assert_eq!(counted, sweep.progress, "counters and runs differ");
        let mut derived = sweep.clone();
        derived.derive_status(Timestamp::default());
        assert_eq!(
            derived.status, sweep.status,
            "the status does not follow from the runs"
        );
    }
    let mut counts = [[0; RUN_STATUS_KINDS]; 2];
    for (index, run) in store.runs.iter().enumerate() {
        assert_eq!(store.run_index[&run.id], index);
        counts[usize::from(run.is_archived)][run.status.kind()] += 1;
        assert_eq!(store.visible.contains(&index), !run.is_archived);
        assert_eq!(store.reported.contains(&index), run.status.is_reported());
        let agenda = run
            .schedule
            .as_ref()
            .and_then(|life| life.next(&run.status));
        assert_eq!(
            store.next_step.contains_key(&index),
            agenda.is_some(),
            "agenda of {run:?}"
        );
    }
    assert_eq!(counts, store.counts);
    assert_eq!(
        store.room.stored(),
        store.weight(),
        "what is held was miscounted"
    );
}

fn listed(store: &mut Store, archived: bool, limit: i64, now: Timestamp) -> Vec<String> {
    let bytes = store.list_runs(archived, limit, now);
    let runs: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    runs.iter()
        .map(|run| run["id"].as_str().unwrap().to_owned())
        .collect()
}

proptest! {
    #[test]
    fn the_books_agree(ops in proptest::collection::vec(op(), 1..80)) {
        let mut store = store();
        let mut now = Timestamp::default();
        for op in &ops {
            if let Op::Advance(seconds) = op {
                now = now.plus_secs(*seconds);
            }
            store.advance(now);
            let ended: BTreeSet<String> = store
                .runs
                .iter()
                .filter(|run| run.status.is_terminal())
                .map(|run| run.id.clone())
                .collect();
            apply(&mut store, op, now);
            if !matches!(op, Op::Report { .. }) {
                for id in &ended {
                    let status = &store.runs[store.run_index[id]].status;
                    prop_assert!(status.is_terminal(), "{op:?} revived run {id}");
                }
            }
            check(&store);
            store.list_runs(true, i64::MAX, now);
        }
        // Lists show what a run is now, and not what it was when it was listed before.
        for archived in [true, false] {
            let shown = store.list_runs(archived, 30, now);
            let newest = store.runs.iter().rev().filter(|run| archived || !run.is_archived);
            let fresh: Vec<_> = newest.take(30).map(FullRun).collect();
            prop_assert_eq!(shown, to_bytes(&fresh));
        }
        let all = listed(&mut store, true, i64::MAX, now);
        let newest_first: Vec<String> = store.runs.iter().rev().map(|run| run.id.clone()).collect();
        prop_assert_eq!(&all, &newest_first);
        prop_assert_eq!(listed(&mut store, true, 3, now), &all[..all.len().min(3)]);
        prop_assert_eq!(listed(&mut store, true, -3, now), &all[..all.len().saturating_sub(3)]);
        let shown = listed(&mut store, false, i64::MAX, now);
        prop_assert_eq!(shown.len(), store.visible.len());
    }

    #[test]
    fn a_saved_store_is_the_same_store(ops in proptest::collection::vec(op(), 1..60)) {
        let mut original = store();
        let mut now = Timestamp::default();
        let mut log: Vec<StateRecord> = Vec::new();
        for op in &ops {
            if let Op::Advance(seconds) = op {
                now = now.plus_secs(*seconds);
            }
            original.advance(now);
            apply(&mut original, op, now);
            let touched = original.take_outbox().touched;
            if !touched.is_empty() {
                // Through text, as on disk.
                for record in original.records(&touched) {
                    log.push(from_json(decode(&to_bytes(&record)).unwrap()).unwrap());
                }
            }
        }
        let mut restored = store();
        restored.restore(log, now);
        check(&restored);
        now = now.plus_secs(100.0);
        original.advance(now);
        restored.advance(now);
        for (a, b) in original.runs.iter().zip(restored.runs.iter()) {
            prop_assert_eq!(a, b);
        }
        prop_assert_eq!(original.runs.len(), restored.runs.len());
        for (a, b) in original.sweeps.iter().zip(&restored.sweeps) {
            prop_assert_eq!(a, b);
        }
        prop_assert_eq!(original.sweeps.len(), restored.sweeps.len());
        prop_assert_eq!(original.ids.short(), restored.ids.short());
    }
}

#[test]
fn a_simulated_run_lives_by_its_schedule() {
    let mut store = store();
    let now = Timestamp::default();
    let id = store.create_run(new_run(true, None), now).unwrap().run.id;
    let status = |store: &mut Store, seconds: f64| {
        store.advance(now.plus_secs(seconds));
        store
            .run(&id, now.plus_secs(seconds))
            .unwrap()
            .status()
            .as_str()
            .to_owned()
    };
    assert_eq!(status(&mut store, 0.1), "launching");
    assert_eq!(status(&mut store, 0.3), "running");
    assert_eq!(status(&mut store, 2.1), "running");
    assert_eq!(status(&mut store, 2.3), "finished");
    let run = store.peek_run(&id).unwrap();
    assert_eq!(
        run.ended_at,
        Some(now.plus_secs(2.2)),
        "it ended when it was due, not when read"
    );
}

#[test]
fn what_was_due_happens_in_order_of_time() {
    let mut store = store();
    let now = Timestamp::default();
    store.create_run(new_run(true, None), now).unwrap();
    store
        .create_run(new_run(true, None), now.plus_secs(0.1))
        .unwrap();
    store.take_outbox();
    store.advance(now.plus_secs(60.0));
    let effects = store.take_outbox().effects;
    assert!(effects.is_sorted_by_key(|effect| effect.at));
    assert_eq!(effects.len(), 2 * 7);
}
