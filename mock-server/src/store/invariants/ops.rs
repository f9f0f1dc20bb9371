//! What clients do with a store, drawn at random.

use proptest::prelude::*;

use super::super::*;
use crate::json::{Json, Object};

/// Something that a client does. Numbers choose among the runs and sweeps that exist.
#[derive(Debug, Clone)]
pub(super) enum Op {
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

pub(super) fn op() -> impl Strategy<Value = Op> {
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

pub(super) fn new_run(auto_start: bool, sweep_id: Option<String>) -> NewRun {
    NewRun {
        name: "n".into(),
        command: "c".into(),
        auto_start,
        sweep_id,
        ..NewRun::default()
    }
}

/// Does it, an arm an operation; refusals are part of the game.
pub(super) fn apply(store: &mut Store, op: &Op, now: Timestamp) {
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
