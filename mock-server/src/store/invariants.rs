//! Whatever is done in whatever order, the store's books agree.

use std::collections::{BTreeSet, HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::json::{Json, Object, decode, from_json, to_bytes};

/// Something that a client does. Numbers choose among the runs and sweeps that exist.
#[derive(Debug, Clone)]
enum Op {
    Create {
        sweep: Option<usize>,
        auto_start: bool,
    },
    Attach {
        sweep: usize,
        auto_start: bool,
    },
    Wild,
    Grid {
        size: usize,
        limit: i64,
        auto_start: bool,
        draft: bool,
    },
    Queue(usize),
    Start(usize),
    Stop(usize),
    Rerun {
        run: usize,
        auto_start: bool,
    },
    Archive {
        run: usize,
        archive: bool,
    },
    Report {
        run: usize,
        known: bool,
        status: &'static str,
        code: Option<i64>,
    },
    StartSweep {
        sweep: usize,
        parallel: i64,
    },
    Move {
        run: usize,
        sweep: usize,
    },
    Edit {
        sweep: usize,
        status: &'static str,
    },
    Read,
    Advance(f64),
}

const WORDS: [&str; 9] = [
    "ready",
    "queued",
    "launching",
    "running",
    "finished",
    "failed",
    "stopped",
    " Odd ",
    "",
];

fn op() -> impl Strategy<Value = Op> {
    let word = proptest::sample::select(WORDS.as_slice());
    let any_run = 0..40_usize;
    let any_sweep = 0..12_usize;
    prop_oneof![
        (proptest::option::of(any_sweep.clone()), any::<bool>())
            .prop_map(|(sweep, auto_start)| Op::Create { sweep, auto_start }),
        (any_sweep.clone(), any::<bool>())
            .prop_map(|(sweep, auto_start)| Op::Attach { sweep, auto_start }),
        Just(Op::Wild),
        (0..4_usize, -2..5_i64, any::<bool>(), any::<bool>()).prop_map(
            |(size, limit, auto_start, draft)| Op::Grid {
                size,
                limit,
                auto_start,
                draft
            }
        ),
        any_run.clone().prop_map(Op::Queue),
        any_run.clone().prop_map(Op::Start),
        any_run.clone().prop_map(Op::Stop),
        (any_run.clone(), any::<bool>())
            .prop_map(|(run, auto_start)| Op::Rerun { run, auto_start }),
        (any_run.clone(), any::<bool>()).prop_map(|(run, archive)| Op::Archive { run, archive }),
        (
            any_run.clone(),
            any::<bool>(),
            word.clone(),
            proptest::option::of(-1..3_i64)
        )
            .prop_map(|(run, known, status, code)| Op::Report {
                run,
                known,
                status,
                code
            }),
        (any_sweep.clone(), -1..4_i64)
            .prop_map(|(sweep, parallel)| Op::StartSweep { sweep, parallel }),
        (any_run, any_sweep.clone()).prop_map(|(run, sweep)| Op::Move { run, sweep }),
        (any_sweep, word).prop_map(|(sweep, status)| Op::Edit { sweep, status }),
        Just(Op::Read),
        (0.0..3.0_f64).prop_map(Op::Advance),
    ]
}

fn store() -> Store {
    let config = StoreConfig {
        seed: 1,
        workdir: "/w".to_owned(),
        profiles: RunProfiles::default(),
        mode: RunMode::Simulated,
        cluster: ClusterProfile::default(),
    };
    Store::new(config, Timestamp::default())
}

fn pick<T>(items: &[T], number: usize, id: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        id(&items[number % items.len()])
    }
}

fn run_id(store: &Store, number: usize) -> String {
    let ids: Vec<&str> = store.runs.iter().map(Run::id).collect();
    pick(&ids, number, |id| (*id).to_owned())
}

fn sweep_id(store: &Store, number: usize) -> String {
    pick(&store.sweeps, number, |sweep| sweep.id.clone())
}

fn new_run(auto_start: bool, sweep_id: Option<String>) -> NewRun {
    NewRun {
        name: "n".into(),
        command: "c".into(),
        auto_start,
        sweep_id,
        ..NewRun::default()
    }
}

/// Does it; refusals are part of the game.
fn apply(store: &mut Store, op: &Op, now: Timestamp) {
    match op {
        Op::Create { sweep, auto_start } => {
            let sweep = sweep.map(|sweep| sweep_id(store, sweep));
            let _ = store.create_run(new_run(*auto_start, sweep), now);
        }
        Op::Attach { sweep, auto_start } => {
            let _ = store.attach_new_run(&sweep_id(store, *sweep), new_run(*auto_start, None), now);
        }
        Op::Wild => {
            store.create_wild_sweep(NewWildSweep::default(), now);
        }
        Op::Grid {
            size,
            limit,
            auto_start,
            draft,
        } => {
            let values = (0..*size as i64).map(Json::Int).collect();
            let parameters: Object = [("a".to_owned(), Json::Array(values))]
                .into_iter()
                .collect();
            let new = NewSweep {
                parameters,
                max_runs: Json::Int(*limit),
                auto_start: *auto_start,
                status: draft.then(|| "draft".to_owned()),
                ..NewSweep::default()
            };
            let _ = store.create_sweep(new, now);
        }
        Op::Queue(run) => {
            let _ = store.queue_run(&run_id(store, *run), now);
        }
        Op::Start(run) => {
            let _ = store.start_run(&run_id(store, *run), now);
        }
        Op::Stop(run) => {
            let _ = store.stop_run(&run_id(store, *run), now);
        }
        Op::Rerun { run, auto_start } => {
            let how = Rerun {
                auto_start: *auto_start,
                ..Rerun::default()
            };
            let _ = store.rerun(&run_id(store, *run), how, now);
        }
        Op::Archive { run, archive } => {
            let _ = store.archive_run(&run_id(store, *run), *archive, now);
        }
        Op::Report {
            run,
            known,
            status,
            code,
        } => {
            let id = if *known {
                run_id(store, *run)
            } else {
                format!("made-{run}")
            };
            let exit_code = code.map(Json::Int);
            let report = StatusReport {
                status: (*status).to_owned(),
                exit_code,
                ..StatusReport::default()
            };
            store.report_status(&id, report, now);
        }
        Op::StartSweep { sweep, parallel } => {
            let _ = store.start_sweep(&sweep_id(store, *sweep), *parallel, now);
        }
        Op::Move { run, sweep } => {
            let _ = store.add_to_sweep(&run_id(store, *run), &sweep_id(store, *sweep), now);
        }
        Op::Edit { sweep, status } => {
            let patch = SweepPatch {
                status: Some((*status).to_owned()),
                ..SweepPatch::default()
            };
            let _ = store.update_sweep(&sweep_id(store, *sweep), patch, now);
        }
        Op::Read => {
            store.list_runs(true, 100, now);
        }
        Op::Advance(_) => {}
    }
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
            store.runs.list(0..store.runs.len());
        }
        // Lists show what a run is now, and not what it was when it was listed before.
        let fresh: Vec<_> = store.runs.iter().map(FullRun).collect();
        let fresh = to_bytes(&fresh);
        prop_assert_eq!(store.runs.list(0..store.runs.len()), fresh);
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
        let mut log: Vec<Record> = Vec::new();
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
