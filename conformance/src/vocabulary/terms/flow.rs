//! Words of the contract, of ablations and of tracked runs.

use super::{Entry, Topic};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        topic: Topic::Primary,
        about: "primary metrics, in the contract",
        rules: &["ANA002"],
        terms: "primary*, main metric*, headline*, key metric*, principal metric*, \
            target metric*, decision metric*, success metric*, core metric*, leading metric*, \
            metric that decides, metrics that decide",
    },
    Entry {
        topic: Topic::Secondary,
        about: "secondary diagnostics, in the contract",
        rules: &["ANA002"],
        terms: "secondary*, diagnostic*, supporting metric*, auxiliary*, guardrail*, \
            supplementary metric*, further metric*, additional metric*, health metric*, \
            side metric*, support metric*",
    },
    Entry {
        topic: Topic::Statistics,
        about: "statistical checks or confidence reporting, in the contract",
        rules: &["ANA002"],
        terms: "statistic*, confidence*, significance*, uncertaint*, error bar*, \
            hypothesis test*, variance report*, stats, interval*, seed statistics, \
            test procedure*, how sure",
    },
    Entry {
        topic: Topic::Artifacts,
        about: "required artifacts, in the contract",
        rules: &["ANA002", "ANA004"],
        terms: "artifact*, artefact*, required output*, required deliverable*, required file*, \
            required table*, required plot*, deliverable*, tables and plots, tables plots*, \
            required report*, outputs, files to produce, evidence file*",
    },
    Entry {
        topic: Topic::Ablation,
        about: "ablation or sensitivity analysis",
        rules: &["ANA003"],
        terms: "ablat*, sensitiv*, leave one out, leave one factor out, component removal, \
            component knockout, knock out, knockout, removing each, removing one, remove one, \
            remove each, removal of each, drop one, one factor at a time, one at a time, \
            one parameter at a time, vary one, varying one, hyper parameter impact, \
            hyperparameter impact, hyper parameter importance, hyperparameter importance, \
            hyper parameter influence, hyperparameter influence, hyper parameter effect*, \
            hyperparameter effect*, parameter influence, parameter impact, parameter importance, \
            robustness study, robustness analysis, robustness sweep, robustness check*, \
            what if analysis, parameter study, factor analysis, impact of each, effect of each, \
            contribution of each",
    },
    Entry {
        topic: Topic::OneRunEach,
        about: "a run of its own for each configuration",
        rules: &["FLW005"],
        terms: "shares a run, share a run, one run per, one run for each, one run for every, \
            one run each, a run per, a run for each, a run for every, run per configuration, \
            run per config, run per combination, run per cell, run per point, run per setting, \
            run per grid, run per parameter, run per hyper*, run for each configuration, \
            run for each config, run for each combination, run for every configuration, \
            run for every config, run for every combination, run for each cell, \
            run for every cell, run for each grid, run for every grid, run for each point, \
            run for each setting, run of its own, run of their own, its own run, its own post, \
            its own tracked run, their own run, own run, own tracked run, own post, separate run*, \
            separate tracked run*, separate post*, separate call*, individual run*, \
            individual tracked run*, individually tracked, individual post*, dedicated run*, \
            distinct run*, single run per, single run for, single configuration, one tracked run, \
            one post per, one post for, one call per, one call for, one request per, \
            one request for, one create per, exactly one run, exactly one configuration, \
            one configuration per run, one config per run, one configuration one run, \
            one config one run, one run one configuration, one run one config, \
            one combination per run, one combination one run, no two configurations share, \
            is one run, is its own, per configuration run*, runs not one loop, each as its own, \
            each its own, each a separate, each as a separate, each being",
    },
    Entry {
        topic: Topic::EachConfiguration,
        about: "each configuration, which counts for a task that creates runs",
        rules: &["FLW005"],
        terms: "each config*, every config*, per config*, each combination*, \
            every combination*, per combination*, all combinations, all configurations, all grid, \
            each cell, every cell, per cell, each grid, every grid, per grid, full grid, \
            whole grid, each setting, every setting, per setting, each pair, every pair, per pair, \
            each variant, every variant, per variant, each arm, every arm, per arm, each trial, \
            every trial, each point, every point, grid point*, grid cell*, cross product, \
            cartesian product, each hyper*, every hyper*, each parameter*, every parameter*",
    },
    Entry {
        topic: Topic::Creating,
        about: "creating runs",
        rules: &["FLW005"],
        terms: "create*, creating, register*, submit*, enqueue*, queue*, launch*, post, posts, \
            start*, run, runs",
    },
    Entry {
        topic: Topic::Parallel,
        about: "starting several runs at once",
        rules: &["FLW003", "FLW010"],
        terms: "in one go, two at a time, three at a time, four at a time, five at a time, \
            six at a time, eight at a time, 2 at a time, 3 at a time, 4 at a time, 8 at a time, \
            several at a time, many at a time, all now, go out immediately, all immediately, \
            right away, back to back, as one batch, let slurm queue, let the scheduler, \
            one after another without waiting, without waiting, all jobs, all runs now, fan out, \
            fanned out, saturat*, both cards, both devices, all cards, all devices, every card, \
            every device, each card, each gpu, each device, first wave, parallel*, concurren*, \
            simultaneous*, at once, at the same time, same time, several runs, multiple runs, \
            in the same iteration, within one iteration, in one iteration, per iteration, \
            same iteration, side by side, all at once, batch*, in flight, up to two, up to three, \
            up to four, up to six, up to eight, two runs, four runs, eight runs, waves, wave, \
            in pairs, groups of, fill all, fill the free, free slots, all gpus, every gpu, \
            all four, all eight, both gpus, one run per gpu, one per gpu, one run per device, \
            one per device, job array, queued jobs, queue in parallel, together",
    },
    Entry {
        topic: Topic::Tracked,
        about: "running something as a tracked run",
        rules: &["FLW006"],
        terms: "tracked*, server*, api, post, as a run, as runs, run command*, the command, \
            as command, command of, commands of, with command, command field, its command, \
            their command*, command is, commands are, planned command*, whose command*, \
            command template*, launch command*",
    },
    Entry {
        topic: Topic::EvoSweep,
        about: "evolutionary sweeps",
        rules: &["FLW007"],
        terms: "evo sweep*, evosweep*, evolution*, evolv*",
    },
    Entry {
        topic: Topic::Fitness,
        about: "a fitness metric",
        rules: &["FLW007"],
        terms: "fitness*, objective*, score to optimi*",
    },
    Entry {
        topic: Topic::SearchSpace,
        about: "a search space",
        rules: &["FLW007"],
        terms: "search space*, searchspace*, search over, search range*, parameter range*, \
            parameter space, design space, range*, bounds, bounded by, mutat*, genome*",
    },
    Entry {
        topic: Topic::Negation,
        about: "a prohibition or denial",
        rules: &["FLW006", "FLW007", "LAY001"],
        terms: "never, not, no, dont, do not, must not, avoid*, without, forbid*, prohibit*, \
            instead of, rather than, neither, nor, nobody, isnt, wont, cannot, cant, off, \
            disabled, unless, nothing, none, refuse*, ban*",
    },
    Entry {
        topic: Topic::WhenUsed,
        about: "when a skill is used",
        rules: &["PBK004"],
        terms: "when*, use*, using, before*, after*, situation*, trigger*, purpose*, during, \
            while",
    },
    Entry {
        topic: Topic::ExpectedOutput,
        about: "what is to be expected of a skill",
        rules: &["PBK004"],
        terms: "expect*, output*, produc*, result*, yield*, deliver*, return*, outcome*, \
            gives, give, get, leaves, artifact*, artefact*, file*, record*",
    },
];
