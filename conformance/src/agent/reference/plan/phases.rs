//! The phases of the plan and their tasks.

use super::super::outline::{Phase, Task};
use super::{Scope, listed};

/// All phases, in order.
pub(super) fn all(scope: &Scope<'_>) -> [Phase; 5] {
    [
        understanding(scope),
        baselines(scope),
        main_method(scope),
        analytics(scope),
        conclusion(scope),
    ]
}

fn understanding(scope: &Scope<'_>) -> Phase {
    let named: Vec<String> = scope
        .skills
        .iter()
        .take(3)
        .map(|skill| format!("`{}`", skill.name))
        .collect();
    let skills = if named.is_empty() {
        "the served skills".to_owned()
    } else {
        named.join(", ")
    };
    let dependencies = listed(&scope.survey.dependency_files());
    Phase::new(
        "Code Understanding and Refactor Prep",
        vec![
            Task::new(
                format!(
                    "Understand the code: read `{}` and its configurations, and note every option, \
                     metric and output file, and what needs refactoring before experiments",
                    scope.entry
                ),
                scope.at("metadata/code_map.md"),
                format!(
                    "the file lists every command-line option of `{}`",
                    scope.entry
                ),
            ),
            Task::new(
                format!(
                    "Write the prompt-skill playbook with a section `Execution Ops Protocol`: skill \
                     name, when to use it, expected output, for file organization, monitoring and \
                     analysis, starting from {skills}"
                ),
                scope.playbook.clone(),
                format!(
                    "`grep -c 'Execution Ops Protocol' {}` prints at least 1",
                    scope.playbook
                ),
            ),
            Task::new(
                format!(
                    "Set up an isolated environment with `uv venv` from the dependency files \
                     {dependencies}, and record the resolved versions"
                ),
                scope.at("metadata/environment.txt"),
                "`python -m pytest` in the environment exits with 0",
            ),
        ],
    )
}

fn baselines(scope: &Scope<'_>) -> Phase {
    let seeds: Vec<_> = scope
        .grid()
        .iter()
        .filter(|(name, _)| name == "seed")
        .collect();
    let runs = if seeds.is_empty() {
        format!("the command `{}`", scope.run_command())
    } else {
        scope.order(&seeds)
    };
    Phase::new(
        "Experiment Design and Baselines",
        vec![
            Task::new(
                "Fix deterministic run naming from method, parameters and seed, so that the same \
                 configuration always gets the same run name",
                scope.at("metadata/naming.md"),
                "two examples in the file map to 2 different run names",
            ),
            Task::new(
                format!(
                    "Write the launcher that captures stdout and stderr of each run to a file and \
                     takes its paths only from the layout, so that run commands use the planned \
                     script path `{0}/scripts/launch.sh` and log path `{0}/logs/` consistently",
                    scope.root
                ),
                scope.at("scripts/launch.sh"),
                "`bash -n` on the launcher exits with 0",
            ),
            Task::new(
                "Write a run manifest file for each run with command, seed, commit and timestamp",
                scope.at("metadata/manifest.schema.json"),
                "the schema requires the 4 keys command, seed, commit and timestamp",
            ),
            Task::new(
                "Discover capacity before any start: `POST /cluster/detect`, `GET /cluster`, \
                 `GET /wild/v2/system-health`; compute g, r, q and max_new_runs",
                scope.at("metadata/capacity.json"),
                "the file has the numbers g, r, q and max_new_runs",
            ),
            Task::new(
                format!(
                    "Create the sweep with `POST /sweeps/wild` and the baseline runs with \
                     `POST /runs`, one run for each seed, with `sweep_id`, `chat_session_id` {} and {runs}",
                    scope.session_id,
                ),
                scope.at("results/baseline.csv"),
                "`GET /runs` shows every baseline run with status finished",
            )
            .after("P2-T2, P2-T3, P2-T4"),
        ],
    )
}

/// A plan is text, and so is this phase: its length is that of its tasks.
fn main_method(scope: &Scope<'_>) -> Phase {
    let parallel = scope.parallel();
    let pinning = if scope.survey.cluster.kind == "local_gpu" && parallel > 1 {
        format!(
            ", each with its own `CUDA_VISIBLE_DEVICES` from 0 to {}",
            parallel - 1
        )
    } else {
        String::new()
    };
    let grid: Vec<_> = scope.grid().iter().collect();
    let runs = if grid.is_empty() {
        String::new()
    } else {
        format!("; {}", scope.order(&grid))
    };
    let mut tasks = vec![
        Task::new(
            format!(
                "Create the runs of the proposed method with `POST /runs`: every configuration of the \
                 comparison is its own run, attached to the sweep, never a loop within one command{runs}"
            ),
            scope.at("metadata/run_ids.json"),
            "the file has one run id for each configuration and seed",
        )
        .after("P2-T5"),
        Task::new(
            format!(
                "Start the queued runs{}, up to max_new_runs and {parallel} in parallel in the same \
                 iteration{pinning}",
                scope.of_launcher()
            ),
            scope.at("logs/"),
            "`GET /runs` shows no run with status ready",
        )
        .after("P3-T1"),
        Task::new(
            "Monitor with `GET /runs` until every run has ended, and record failures with their \
             last log lines",
            scope.at("results/status.csv"),
            "every run of the sweep has status finished or a recorded failure",
        )
        .after("P3-T2"),
        Task::new(
            format!(
                "Midpoint reflection: inspect the evidence in `{0}/results/baseline.csv` and \
                 `{0}/results/status.csv`; add follow-up tasks or a phase when a configuration \
                 failed or the seeds disagree; continue if the best method beats the baseline by \
                 more than the noise, otherwise replan",
                scope.root
            ),
            scope.at("analysis/midpoint.md"),
            "the file states continue or replan with the 2 numbers compared",
        )
        .after("P2-T5, P3-T3"),
    ];
    if scope.evo_sweep {
        tasks.push(
            Task::new(
                "Run an evolutionary sweep: an `<evo_sweep>` block with the goal's primary metric \
                 as fitness metric and the parameter ranges of the comparison as search space",
                scope.at("results/evo_sweep.csv"),
                "`GET /wild/v2/evo-sweep` reports the sweep as completed",
            )
            .after("P3-T4"),
        );
    }
    Phase::new("Main Method and Tracked Runs", tasks)
}

fn analytics(scope: &Scope<'_>) -> Phase {
    Phase::new(
        "Analytics and Validation",
        vec![
            Task::new(
                "Aggregate the primary metrics of all runs into one table with mean and standard \
                 deviation over seeds",
                scope.at("results/summary.csv"),
                "the table has one row for each configuration",
            )
            .after("P3-T3"),
            Task::new(
                format!(
                    "Ablation and sensitivity analysis: vary one parameter at a time around the best \
                     configuration, each variant as its own tracked run{}",
                    scope.of_launcher()
                ),
                scope.at("analysis/ablation.md"),
                "the file compares at least 2 variants with the best configuration",
            )
            .after("P4-T1"),
            Task::new(
                "Statistical checks and error analysis: confidence intervals over seeds, and the \
                 cases in which the methods differ most",
                scope.at("analysis/statistics.md"),
                "the file gives a 95% interval for each comparison",
            )
            .after("P4-T1"),
        ],
    )
}

fn conclusion(scope: &Scope<'_>) -> Phase {
    Phase::new(
        "Reflection and Replan",
        vec![
            Task::new(
                "Write the report that answers the goal, with every number linked to its run id",
                scope.at("analysis/report.md"),
                "each table row of the report names a run id of `metadata/run_ids.json`",
            )
            .after("P4-T2, P4-T3"),
            Task::new(
                format!(
                    "Final reflection: inspect the evidence in `{0}/results/summary.csv`, \
                     `{0}/analysis/ablation.md` and `{0}/analysis/statistics.md`; add follow-up \
                     tasks or a phase when a question of the goal is still open; continue to the \
                     end if the interval excludes no difference, otherwise replan with more seeds",
                    scope.root
                ),
                scope.at("analysis/final.md"),
                "the file answers the goal with yes or no and names the deciding table",
            )
            .after("P5-T1"),
        ],
    )
}
