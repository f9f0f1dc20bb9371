//! The table of topics and their terms.

/// Something that rules look for in a plan's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says what each topic is about")]
pub enum Topic {
    Findings,
    Risks,
    Root,
    Baseline,
    Proposed,
    LookingBack,
    Starting,
    Environment,
    Understanding,
    Naming,
    RunName,
    Deriving,
    Capture,
    LogFile,
    Writing,
    Manifest,
    Command,
    Seed,
    Commit,
    Timestamp,
    PathRule,
    Playbook,
    Midpoint,
    Interim,
    Final,
    Reflection,
    Evidence,
    FollowUps,
    Criteria,
    Continue,
    Replan,
    Condition,
    Primary,
    Secondary,
    Statistics,
    Artifacts,
    Ablation,
    OneRunEach,
    EachConfiguration,
    Creating,
    Parallel,
    Tracked,
    EvoSweep,
    Fitness,
    SearchSpace,
    Negation,
    WhenUsed,
    ExpectedOutput,
}

/// A topic with its terms.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The topic.
    pub topic: Topic,
    /// What it is about, in a few words.
    pub about: &'static str,
    /// The rules that look for it.
    pub rules: &'static [&'static str],
    /// Its terms, with commas between them: words in lower case, a star for the rest of a word.
    terms: &'static str,
}

impl Entry {
    /// The terms.
    pub fn terms(&self) -> impl Iterator<Item = &'static str> {
        self.terms.split(", ")
    }
}

/// All topics.
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

static ENTRIES: &[Entry] = &[
    Entry {
        topic: Topic::Findings,
        about: "codebase findings, in the planning notes",
        rules: &["PLN003", "PLN018"],
        terms: "constat*, hallazgo*, befund*, erkenntnis*, tour, walkthrough, existing pages, looks like today, as it stands, project state, source tree, where we stand, reconnaissance, recon, 代码, 发现, 现状, \
            finding*, code*, repository, repo, existing module*, existing script*, existing code, entry point*, observ*, architecture, \
            current state, discover*, what is here, what exists, what we have, survey*, inventory, \
            context",
    },
    Entry {
        topic: Topic::Risks,
        about: "risks and assumptions, in the planning notes",
        rules: &["PLN003", "PLN018"],
        terms: "bite us, danger*, premise*, presum*, presupposed*, supposition*, supuesto*, trap, traps, worr*, watch out, could fail, suppos*, riesgo*, risiken, risiko, annahme*, risque*, suposicion*, weak point*, blind spot*, gotcha*, beware, failure mode*, obstacle*, what we take, taken for granted, 风险, 假设, \
            risk*, assum*, caveat*, unknown*, threat*, pitfall*, uncertain*, go wrong, concern*, \
            open question*, limitation*, hazard*",
    },
    Entry {
        topic: Topic::Root,
        about: "experiment root and logging layout, in the planning notes",
        rules: &["PLN003", "PLN018", "LAY001"],
        terms: "where it all, where it goes, scratch, where results, where files, where outputs, where we put, where we write, where to put, output location*, output path*, output tree, storage, dossier*, racine, journaux, raiz, raíz, registros, carpeta*, wurzel*, ablage*, verzeichnis*, ordner*, housekeeping, 目录, 根目录, 日志, \
            root, layout*, logging, logs, artifact*, artefact*, folder*, director*, where things, \
            where everything, file organi*",
    },
    Entry {
        topic: Topic::Baseline,
        about: "baselines",
        rules: &["PLN017", "REF003"],
        terms: "comparator*, compare against, compared against, measured against, judged against, reference measurement*, reference value*, incumbent*, current model, current method, existing method, existing model, present model, present method, counterfactual, null model, trivial predictor, no op run*, plain version, plain model, starting point, \
            as control, as the control, as a control, yardstick*, point of reference, reference point, reference method, reference solution, reference number*, for reference, point of comparison, comparison point, benchmark to beat, starting model, untouched, unchanged, without changes, \
            baseline*, base line*, control run*, control arm, control group, control condition*, \
            control config*, control job*, reference run*, reference config*, reference model*, \
            reference implementation, reference arm, vanilla, status quo, unmodified, default \
            config*, default setting*, as is, stock model, stock config*, current default*, naive",
    },
    Entry {
        topic: Topic::Proposed,
        about: "the proposed or main method",
        rules: &["PLN017", "REF003"],
        terms: "propos*, main method*, main experiment*, main run*, main sweep, our method, \
            candidate*, treatment, new method, variant*, intervention, novel, challenger*, main \
            grid, the method, main configuration*, main comparison, improved, main arm, \
            experimental arm, main model, alternative, enhanced, main approach, new \
            approach, our approach, hypothes*, main evaluation, main benchmark*",
    },
    Entry {
        topic: Topic::LookingBack,
        about: "reflection, analysis and reporting, which speak of runs and are none",
        rules: &["PLN017", "PLN020", "REF003"],
        terms: "reflect*, midpoint, mid point, half way, halfway, interim, checkpoint review, ablat*, \
            sensitiv*, leave one out, aggregate*, summari*, report*, plot*, statist*, error \
            analysis, significance, confidence interval*, bootstrap*, compare",
    },
    Entry {
        topic: Topic::Starting,
        about: "starting experiments",
        rules: &["PLN017", "PLN020", "REF003", "FLW003"],
        terms: "kick off, kicks off, kicking off, dispatch*, submission of, fire off, set off the, schedule the runs, enqueue*, queue the, queue all, queue one, register the run*, register runs, register one run, \
            launch, start the, start every, start each, start all, create the runs, create runs, \
            create one run, create the baseline, baseline run*, run the baseline*, run baseline*, \
            submit*, train the, train a, evaluate the, execute*",
    },
    Entry {
        topic: Topic::Environment,
        about: "isolated environments",
        rules: &["PLN019"],
        terms: "uv, venv*, virtualenv*, virtual environment*, micromamba, conda, mamba, module load, \
            environment module*, modules, lmod, poetry, pixi, pipenv, isolated, container*, \
            docker, apptainer, singularity, nix, set up the environment, set up environment, \
            environment setup, python environment*",
    },
    Entry {
        topic: Topic::Understanding,
        about: "understanding or refactoring code",
        rules: &["PLN020"],
        terms: "follow the, find where, find out, find the, find every, find all, sketch*, draw*, figure out, look*, search*, chart*, characteri*, get to know, step through, determine how, determine where, determine which, work out how, enumerate*, count the, count how, collect all, check how, check where, check which, index the, reverse engineer*, skim*, scan the, \
            understand*, read, reading, map, mapping, inspect*, explor*, audit*, trace, tracing, \
            survey*, study, walk through, walkthrough, code map, document, refactor*, extract*, \
            clean up, inventory, identify, catalog*, investigat*, examin*, analyze, analyse, \
            profile*, familiar*, review*, describe*, untangle, list, note, locate, learn*, \
            dissect, prepare the code, isolate, split, code understanding, go through, record how",
    },
    Entry {
        topic: Topic::Naming,
        about: "deterministic run naming",
        rules: &["LAY002"],
        terms: "run identifier from, identifier from, name is a function, name is a pure function, function of, named the same, name is fixed, names are fixed, \
            names runs, same inputs same name, naming, name scheme, name pattern*, name format, name template*, name convention, name \
            builder, name generator, name function, named after, named by, named from, named \
            deterministically, deterministic name*, deterministic run name*, deterministic id*, \
            deterministic run id*, deterministic experiment name*, deterministic and unique name*, \
            deterministically name*, deterministically derive*, names derived, name derived, names \
            are derived, name is derived, names come from, name comes from, names follow, names \
            encode, name encodes, names that encode, name that encodes, names computed, name \
            computed, names built, name built, derive the run name*, derive run names, derive a \
            run name, derive the name*, derive names, derives the run name*, derives run names, \
            derive each run, derive every run, derives names, derives the name*, derived name*, \
            derived run name*, name every run, name each run, name runs, name all runs, name the \
            runs, names every run, names each run, run slug*, run id scheme, run label*, run names \
            must, run names are, run names from, run name from, run names follow, slug, slugs, \
            config hash, configuration hash, hash of the config*, stable name*, stable run name*, \
            reproducible name*, reproducible run name*, unambiguous name*, canonical name*, \
            canonical run name*, unique run name*, fixed run name*, fixed name*, predictable \
            name*, predictable run name*, systematic name*, systematic run name*, same run name, \
            same name",
    },
    Entry {
        topic: Topic::RunName,
        about: "names of runs, which count with a word of how they come about",
        rules: &["LAY002"],
        terms: "run tag*, run title*, run key*, trial id*, trial label*, experiment id*, experiment label*, \
            run name*, labels for runs, label for each run, names for runs, name for each run, names of runs, \
            trial name*, experiment name*, job name*, log name*, names of the runs, run identifier*",
    },
    Entry {
        topic: Topic::Deriving,
        about: "how a name comes about",
        rules: &["LAY002"],
        terms: "function of, comput*, hash*, formula, fixed by, always the same, repeatab*, predictab*, stable, \
            determin*, reproducib*, deriv*, encod*, scheme*, pattern*, unique*, made of, composed*, built from, \
            template*, convention*, generated from, computed from",
    },
    Entry {
        topic: Topic::Capture,
        about: "capture of stdout and stderr",
        rules: &["LAY003"],
        terms: "output and err*, normal and error, both outputs, both channels, output channels, stdout2, out and err, sysout*, transcripts of each run, transcript of each run, transcript per run, \
            output and error*, stdout*, stderr*, standard output, standard out, standard error, std out, tee, tees, \
            redirect*, console output, console log*, terminal output, capture output*, captures \
            output*, captured output*, output capture, capture all output, capture the output*, \
            captures the output*, captures all output, captures both streams, both streams, both \
            output streams, output streams, log capture, capture logs, capture the logs, captures \
            logs, captured log*, capture each run, captures each run, capture every run, captures \
            every run, captured to, captures to, capture to",
    },
    Entry {
        topic: Topic::LogFile,
        about: "log files, which with a word of writing are a capture too",
        rules: &["LAY003"],
        terms: "log file*, logfile*, log per run, logs per run, log of its own, own log, per run log*, \
            run log*, logs to, log to, printed output, everything it prints, everything that it \
            prints, whatever it prints",
    },
    Entry {
        topic: Topic::Writing,
        about: "writing something to a file",
        rules: &["LAY003"],
        terms: "captur*, redirect*, writ*, pipe*, send*, save*, stream*, store*, persist*, collect*",
    },
    Entry {
        topic: Topic::Manifest,
        about: "run manifests",
        rules: &["LAY004"],
        terms: "manifest*, provenance, run record*, run card*, run metadata, metadata file*, metadata \
            record*, run description*, run json",
    },
    Entry {
        topic: Topic::Command,
        about: "the command, in a manifest",
        rules: &["LAY004"],
        terms: "the call, call it was, exact call, command line, what was executed, what was run, \
            command*, cmd*, invocation*, argv, call line, arguments",
    },
    Entry {
        topic: Topic::Seed,
        about: "the seed, in a manifest",
        rules: &["LAY004"],
        terms: "seed*, rng*, random state",
    },
    Entry {
        topic: Topic::Commit,
        about: "the commit, in a manifest",
        rules: &["LAY004"],
        terms: "commit*, git sha*, git hash*, git rev*, git head, git state, git describe, sha, \
            revision*, code version, source version, changeset",
    },
    Entry {
        topic: Topic::Timestamp,
        about: "the timestamp, in a manifest",
        rules: &["LAY004"],
        terms: "when it ran, when it was, when the run, launch time*, date and time, hour, epoch seconds, clock, time it, wall time, \
            timestamp*, time stamp*, start time*, starting time, started at, start date, created \
            at, datetime, date, date time, wall clock, utc, iso 8601, clock time, when it started, \
            when it began, time of, start and end, start end, ts, time",
    },
    Entry {
        topic: Topic::PathRule,
        about: "run commands that use the planned paths",
        rules: &["LAY005"],
        terms: "paths that all commands, paths all commands, paths that all run commands, consistent path*, consistent script path*, consistent log path*, consistent file \
            path*, consistent and planned path*, consistent location*, consistent set of path*, \
            consistently use*, use consistently, consistent with the layout, consistent layout*, \
            consistent use of, consistent across, path consistency, path convention*, path \
            constant*, path rule*, path template*, path scheme, path layout, path contract, path \
            policy, path check*, path lint*, paths consistently, paths are consistent, paths \
            consistent, paths in run commands, paths used by, paths used in, paths referenced, \
            paths that run commands, paths that commands, paths every run, paths of the layout, \
            paths from the layout, paths only from, paths come from, paths and no others, paths \
            and nothing else, planned path*, planned log path*, planned launcher*, planned \
            script*, same path*, same script path*, same script and log path*, same log path*, \
            canonical path*, fixed path*, shared path*, standard path*, only these path*, only \
            those path*, only the planned, only planned, reference only, references only, refer \
            only, use only path*, uses only path*, path registry, central path*, paths module, \
            paths file, single source of path*, path map*, agreed path*, layout path*, command \
            template*, run command template*",
    },
    Entry {
        topic: Topic::Playbook,
        about: "the prompt-skill playbook",
        rules: &["PBK003"],
        terms: "playbook*, play book*",
    },
    Entry {
        topic: Topic::Midpoint,
        about: "the midpoint",
        rules: &["REF001", "REF002", "REF003", "REF004", "REF005", "REF006"],
        terms: "midpoint*, mid point*, mid run, midrun, mid way, midway, half way, halfway, half time, \
            halftime, mid course, mid experiment*, mid plan, mid project, mid study, mid campaign, \
            mid session, mid term, midterm, mid sweep, middle reflection, middle of the",
    },
    Entry {
        topic: Topic::Interim,
        about: "names of a midpoint that only count for a reflection, review or gate",
        rules: &["REF001", "REF002", "REF003", "REF004", "REF005", "REF006"],
        terms: "interim, checkpoint reflection*, checkpoint review*, checkpoint gate*, checkpoint and, \
            checkpoint decision*, checkpoint assessment, reflection checkpoint, review checkpoint, \
            decision checkpoint, intermediate, first reflection, reflection gate 1, gate 1, \
            reflection 1, go no go, early reflection, first gate, first review",
    },
    Entry {
        topic: Topic::Final,
        about: "the end of the plan",
        rules: &["REF001", "REF002", "REF004", "REF005", "REF006"],
        terms: "final*, closing, close out, closeout, conclud*, last reflection, last review, last \
            gate, end of plan, end of the plan, end of study, end of project, end of campaign, end \
            reflection, end point, endpoint reflection, end review, end gate, wrap up, overall \
            reflection, overall review, retrospective*, post mortem*, postmortem*, lessons \
            learned, second reflection, reflection gate 2, gate 2, second gate, reflection 2",
    },
    Entry {
        topic: Topic::Reflection,
        about: "reflecting, reviewing, deciding",
        rules: &["REF001", "REF002", "REF004", "REF005", "REF006"],
        terms: "reflect*, review*, gate*, retrospect*, post mortem*, postmortem*, take stock, stock \
            taking, stocktaking, assess*, decid*, decision*, replan*, re plan*, go no go, stop or \
            continue, continue or, continue versus, check in, revisit*, checkpoint, lessons \
            learned, evaluate progress, evaluation of progress, judge*, look back, sanity check*, \
            pause, debrief*, audit*",
    },
    Entry {
        topic: Topic::Evidence,
        about: "inspecting evidence",
        rules: &["REF004"],
        terms: "evidence, inspect*, examin*, look at, looks at, looking at, look over, look into, look \
            through, consult*, scrutin*, read, reads, reading, reread, re read, revisit, review \
            the, review all, review both, review every, review results, review run*, review \
            metric*, review baseline*, review its, review what, review how, review whether, review \
            primary, review learning, review training, review exp, reviews the, reviewing, \
            compare, comparing, compares, check the, check all, check whether, check both, check \
            baseline*, check metrics, check results, check each, check every, checking, go over, \
            go through, going through, pull up, study, studies, studying, based on, base it on, \
            base the decision on, open the, weigh*, analyse, analyze, analysing, analyzing, \
            evaluate the, evaluate all, evaluate whether, assess the, assess all, assess whether, \
            consider the, considering, using the, use the, in the light of, in light of, from the \
            results, look for, plots of, with the results, given the results, hold the, set \
            against, against the, walk through, line up, contrast, verify, cross check, tabulate, \
            plot",
    },
    Entry {
        topic: Topic::FollowUps,
        about: "adding tasks or phases",
        rules: &["REF005"],
        terms: "follow up*, followup*, add task*, add a task*, add new, add a new, add phase*, add a \
            phase, add extra, add further, add more, add another, add one, add two, add three, add \
            ablation*, add seeds, add runs, add at most, add up to, add p1, add p2, add p3, add \
            p4, add p5, add p6, adds a, adds task*, adding task*, adding phase*, adding a, added \
            task*, add targeted, add repair, add tuning, add debugging, add additional, add \
            corrective, new task*, new phase*, additional task*, additional phase*, additional \
            run*, additional seed*, additional experiment*, additional work, extra task*, extra \
            phase*, extra run*, extra seed*, more task*, more phases, \
            further task*, further phase*, further run*, further work, further experiment*, \
            append*, insert*, extend the plan, extend the phase*, extend this plan, extend with, \
            extension phase, extension task*, spawn*, open a phase, open a new, open another, open \
            a task, open task*, schedule a, schedule extra, schedule more, schedule another, queue \
            a, queue extra, queue more, plan a phase, plan another, plan additional, plan extra, \
            phase 7, tasks are added, task is added, phase is added, tasks get added, tasks to \
            add, tasks or phases, task or phase, tasks or a phase, create task*, create new task*, \
            create a task, write task*, write new task*, backlog",
    },
    Entry {
        topic: Topic::Criteria,
        about: "criteria of a decision, by name",
        rules: &["REF006"],
        terms: "criteri*, go no go, decision rule*, threshold*, stopping rule*, stop rule*, kill \
            rule*, rule for continuing, decision boundary, exit condition*, continue condition*, \
            replan condition*, acceptance bar, continue if, continue when, continue only, continue \
            unless, continue as planned if, proceed if, proceed when, proceed only, proceed \
            unless, go on if, go on when, carry on if, keep going if, replan if, replan when, \
            replan unless, re plan if, re plan when, otherwise replan, otherwise re plan, else \
            replan, else re plan, replan otherwise, stop if, stop when, replan only, replan \
            whenever, replan as soon as",
    },
    Entry {
        topic: Topic::Continue,
        about: "continuing",
        rules: &["REF006"],
        terms: "the work ends, work ends, ends when, ends if, end when, end if, publish*, merge, settled, wind up, call it done, done when, call it a day, go forward, keep on, push on, roll on, no change of plan, unchanged plan, \
            continu*, proceed*, go ahead, go on, goes on, carry on, keep going, keep the plan, \
            keep to the plan, stay on, stay the course, advance*, move on, moves on, press on, \
            accept*, conclude*, finish*, ship*, adopt*, resume, stick to, stick with, hold the \
            course, hold course, sign off, declare*, done if, complete if",
    },
    Entry {
        topic: Topic::Replan,
        about: "replanning",
        rules: &["REF006"],
        terms: "planned anew, plan anew, plan again, new plan, start over, another plan, back off, reconsider*, steer*, reshap*, rescop*, reprioriti*, re prioriti*, scrap*, drop the, \
            replan*, re plan*, revis*, rework*, redesign*, re design*, redo, change course, change \
            the plan, change plan, pivot*, rethink*, adjust*, modify the plan, rewrite*, roll \
            back, rollback, stop, stops, abort*, abandon*, switch*, halt*, go back, back to, fall \
            back, return to, restart*, re scope, rescope*, reorder*, restructur*",
    },
    Entry {
        topic: Topic::Condition,
        about: "a condition",
        rules: &["REF006"],
        terms: "if, when, whenever, unless, where, otherwise, else, in case, once, as long as, only, \
            provided, should, while, as soon as, iff",
    },
    Entry {
        topic: Topic::Primary,
        about: "primary metrics, in the contract",
        rules: &["ANA002"],
        terms: "primary*, main metric*, headline*, key metric*, principal metric*, target metric*, \
            decision metric*, success metric*, core metric*, leading metric*, metric that decides, \
            metrics that decide",
    },
    Entry {
        topic: Topic::Secondary,
        about: "secondary diagnostics, in the contract",
        rules: &["ANA002"],
        terms: "secondary*, diagnostic*, supporting metric*, auxiliary*, guardrail*, supplementary \
            metric*, further metric*, additional metric*, health metric*, side metric*, support \
            metric*",
    },
    Entry {
        topic: Topic::Statistics,
        about: "statistical checks or confidence reporting, in the contract",
        rules: &["ANA002"],
        terms: "statistic*, confidence*, significance*, uncertaint*, error bar*, hypothesis test*, \
            variance report*, stats, interval*, seed statistics, test procedure*, how sure",
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
        terms: "ablat*, sensitiv*, leave one out, leave one factor out, component removal, component \
            knockout, knock out, knockout, removing each, removing one, remove one, remove each, \
            removal of each, drop one, one factor at a time, one at a time, one parameter at a \
            time, vary one, varying one, hyper parameter impact, hyperparameter impact, hyper \
            parameter importance, hyperparameter importance, hyper parameter influence, \
            hyperparameter influence, hyper parameter effect*, hyperparameter effect*, parameter \
            influence, parameter impact, parameter importance, robustness study, robustness \
            analysis, robustness sweep, robustness check*, what if analysis, parameter study, \
            factor analysis, impact of each, effect of each, contribution of each",
    },
    Entry {
        topic: Topic::OneRunEach,
        about: "a run of its own for each configuration",
        rules: &["FLW005"],
        terms: "shares a run, share a run, one run per, one run for each, one run for every, one run each, a run per, a run for \
            each, a run for every, run per configuration, run per config, run per combination, run \
            per cell, run per point, run per setting, run per grid, run per parameter, run per \
            hyper*, run for each configuration, run for each config, run for each combination, run \
            for every configuration, run for every config, run for every combination, run for each \
            cell, run for every cell, run for each grid, run for every grid, run for each point, \
            run for each setting, run of its own, run of their own, its own run, its own post, its \
            own tracked run, their own run, own run, own tracked run, own post, separate run*, \
            separate tracked run*, separate post*, separate call*, individual run*, individual \
            tracked run*, individually tracked, individual post*, dedicated run*, distinct run*, \
            single run per, single run for, single configuration, one tracked run, one post per, \
            one post for, one call per, one call for, one request per, one request \
            for, one create per, exactly one run, exactly one configuration, one \
            configuration per run, one config per run, one configuration one run, one config one \
            run, one run one configuration, one run one config, one combination per run, one \
            combination one run, no two configurations share, is one run, is its own, per \
            configuration run*, runs not one loop, each as its own, each its own, each a separate, \
            each as a separate, each being",
    },
    Entry {
        topic: Topic::EachConfiguration,
        about: "each configuration, which counts for a task that creates runs",
        rules: &["FLW005"],
        terms: "each config*, every config*, per config*, each combination*, every combination*, per \
            combination*, all combinations, all configurations, all grid, each cell, every cell, \
            per cell, each grid, every grid, per grid, full grid, whole grid, each setting, every \
            setting, per setting, each pair, every pair, per pair, each variant, every variant, \
            per variant, each arm, every arm, per arm, each trial, every trial, each point, every \
            point, grid point*, grid cell*, cross product, cartesian product, each hyper*, every \
            hyper*, each parameter*, every parameter*",
    },
    Entry {
        topic: Topic::Creating,
        about: "creating runs",
        rules: &["FLW005"],
        terms: "create*, creating, register*, submit*, enqueue*, queue*, launch*, post, posts, start*, \
            run, runs",
    },
    Entry {
        topic: Topic::Parallel,
        about: "starting several runs at once",
        rules: &["FLW003", "FLW010"],
        terms: "in one go, two at a time, three at a time, four at a time, five at a time, six at a time, eight at a time, 2 at a time, 3 at a time, 4 at a time, 8 at a time, several at a time, many at a time, all now, go out immediately, all immediately, right away, back to back, as one batch, let slurm queue, let the scheduler, one after another without waiting, without waiting, all jobs, all runs now, simultaneous start, fan out, fanned out, saturat*, both cards, both devices, all cards, all devices, every card, every device, each card, each gpu, each device, first wave, \
            parallel*, concurren*, simultaneous*, at once, at the same time, same time, several runs, multiple runs, in the same iteration, within one iteration, in one \
            iteration, per iteration, same iteration, side by side, all at once, batch*, in \
            flight, up to two, up to three, up to four, up to six, up to eight, two runs, four \
            runs, eight runs, waves, wave, in pairs, groups of, fill all, fill the free, free \
            slots, all gpus, every gpu, all four, all eight, both gpus, one run per gpu, one per \
            gpu, one run per device, one per device, job array, queued jobs, queue in parallel, \
            together",
    },
    Entry {
        topic: Topic::Tracked,
        about: "running something as a tracked run",
        rules: &["FLW006"],
        terms: "tracked*, server*, api, post, as a run, as runs, run command*, the command, as command, command of, \
            commands of, with command, command field, its command, their command*, command is, commands are, \
            planned command*, whose command*, command template*, launch command*",
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
        terms: "search space*, searchspace*, search over, search range*, parameter range*, parameter \
            space, design space, range*, bounds, bounded by, mutat*, genome*",
    },
    Entry {
        topic: Topic::Negation,
        about: "a prohibition or denial",
        rules: &["FLW006", "FLW007", "LAY001"],
        terms: "never, not, no, dont, do not, must not, avoid*, without, forbid*, prohibit*, instead \
            of, rather than, neither, nor, nobody, isnt, wont, cannot, cant, off, disabled, \
            unless, nothing, none, refuse*, ban*",
    },
    Entry {
        topic: Topic::WhenUsed,
        about: "when a skill is used",
        rules: &["PBK004"],
        terms: "when*, use*, using, before*, after*, situation*, trigger*, purpose*, during, while",
    },
    Entry {
        topic: Topic::ExpectedOutput,
        about: "what is to be expected of a skill",
        rules: &["PBK004"],
        terms: "expect*, output*, produc*, result*, yield*, deliver*, return*, outcome*, gives, give, \
            get, leaves, artifact*, artefact*, file*, record*",
    },
];
