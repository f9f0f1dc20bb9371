//! The objects of Kubernetes.

use serde_json::{Map, Value, json};

use super::passed::Passed;
use super::pods::{Kubernetes, walls};
use super::yaml;

/// Where the volume is in the containers, and where they work.
const EVIDENCE: &str = "/evidence";

/// How long a merge waits for shards without a time limit, in seconds.
const PATIENCE: u64 = 86_400;

/// Seconds that a shard has to end its plays when it is told to.
const GRACE: u32 = 60;

/// All objects, as one file.
pub(super) fn write(kubernetes: &Kubernetes, image: &str, folder: &str, passed: &Passed) -> String {
    let writer = Writer {
        kubernetes,
        image,
        folder,
        passed,
    };
    let mut text = String::from(
        "# A run of wild-conformance in shards, a pod each, and a job that waits for them and merges:\n\
         #   kubectl apply -f wild-conformance.yaml\n#\n",
    );
    for line in walls(kubernetes.restricted).lines() {
        text.push_str("# ");
        text.push_str(line);
        text.push('\n');
    }
    let mut objects = vec![writer.shards(), writer.merge()];
    if kubernetes.claim.is_none() {
        objects.insert(0, writer.claim());
    }
    for object in &objects {
        text.push_str(&yaml::document(object));
    }
    text
}

struct Writer<'a> {
    kubernetes: &'a Kubernetes,
    image: &'a str,
    folder: &'a str,
    passed: &'a Passed,
}

impl Writer<'_> {
    fn metadata(&self, name: &str) -> Value {
        let mut metadata = json!({"name": name});
        if let Some(namespace) = &self.kubernetes.namespace {
            metadata["namespace"] = namespace.as_str().into();
        }
        metadata["labels"] = json!({"app.kubernetes.io/name": "wild-conformance"});
        metadata
    }

    fn claim_name(&self) -> String {
        let own = || format!("{}-evidence", self.kubernetes.name);
        self.kubernetes.claim.clone().unwrap_or_else(own)
    }

    /// The claim on a volume that all pods write to.
    fn claim(&self) -> Value {
        let size = self.kubernetes.storage.as_deref().unwrap_or("10Gi");
        let mut spec = json!({
            yaml::COMMENT: "Pods on several nodes write to it; a cluster of one node does with ReadWriteOnce.",
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": size}},
        });
        if let Some(class) = &self.kubernetes.storage_class {
            spec["storageClassName"] = class.as_str().into();
        }
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": self.metadata(&self.claim_name()),
            "spec": spec,
        })
    }

    fn shards(&self) -> Value {
        let own = self.kubernetes;
        let at_once = own.at_once.unwrap_or(own.shards).min(own.shards);
        let mut limits = Map::new();
        limits.insert("cpu".to_owned(), own.cpus.as_str().into());
        limits.insert("memory".to_owned(), own.mem.as_str().into());
        let requests = limits.clone();
        for (resource, quantity) in &own.limit {
            limits.insert(resource.clone(), quantity.as_str().into());
        }
        let attempt = "metadata.annotations['batch.kubernetes.io/job-index-failure-count']";
        let script = include_str!("shard.sh");
        let mut container = self.container("shard", script, &self.words(), own.restricted);
        container["env"] = json!([
            {"name": "WILD_SHARDS", "value": own.shards.to_string()},
            {"name": "WILD_RETRIES", "value": own.retries.to_string()},
            {"name": "WILD_ATTEMPT", "valueFrom": {"fieldRef": {"fieldPath": attempt}}},
        ]);
        if !own.secret.is_empty() {
            let secret = |name: &String| json!({"secretRef": {"name": name}});
            container["envFrom"] = own.secret.iter().map(secret).collect();
        }
        container["resources"] = json!({"requests": requests, "limits": limits});
        let mut pod = self.pod(&container, own.restricted);
        if let Some(seconds) = own.time {
            pod["activeDeadlineSeconds"] = seconds.into();
        }
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": self.metadata(&own.name),
            "spec": {
                "completionMode": "Indexed",
                "completions": own.shards,
                "parallelism": at_once,
                "backoffLimitPerIndex": own.retries,
                yaml::COMMENT: "Two pods never play the same shard at the same time.",
                "podReplacementPolicy": "Failed",
                "podFailurePolicy": {"rules": [
                    {
                        yaml::COMMENT: "Wrong usage stays wrong.",
                        "action": "FailIndex",
                        "onExitCodes": {"containerName": "shard", "operator": "In", "values": [2]},
                    },
                    {
                        yaml::COMMENT: "A pod that had to give way is no failure.",
                        "action": "Ignore",
                        "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
                    },
                ]},
                "template": {"metadata": labels(), "spec": pod},
            },
        })
    }

    fn merge(&self) -> Value {
        let own = self.kubernetes;
        let mut words = vec![self.folder.to_owned(), own.program.clone()];
        words.extend(self.passed.merge.iter().cloned());
        // It starts nothing that would have to be held.
        let is_restricted = true;
        let script = include_str!("merge.sh");
        let mut container = self.container("merge", script, &words, is_restricted);
        container["env"] = json!([
            {"name": "WILD_SHARDS", "value": own.shards.to_string()},
            {"name": "WILD_WAIT", "value": self.wait().to_string()},
        ]);
        container["resources"] = json!({
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"memory": own.mem},
        });
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": self.metadata(&format!("{}-merge", own.name)),
            "spec": {
                yaml::COMMENT: "Its exit code is the verdict, which trying again does not change.",
                "backoffLimit": 0,
                "template": {"metadata": labels(), "spec": self.pod(&container, is_restricted)},
            },
        })
    }

    /// How long shards can take, one after the other and once more, in seconds.
    fn wait(&self) -> u64 {
        let own = self.kubernetes;
        let Some(seconds) = own.time else {
            return PATIENCE;
        };
        let rounds = own.shards.div_ceil(own.at_once.unwrap_or(own.shards));
        u64::from(seconds + GRACE) * u64::from(rounds) * u64::from(own.retries + 1) + 600
    }

    /// What a shard's script is given.
    fn words(&self) -> Vec<String> {
        let mut words = vec![self.folder.to_owned(), self.kubernetes.program.clone()];
        words.extend(self.passed.run.iter().cloned());
        if !self.passed.agent.is_empty() {
            words.push("--".to_owned());
            words.extend(self.passed.agent.iter().cloned());
        }
        words
    }

    fn container(&self, name: &str, script: &str, words: &[String], is_restricted: bool) -> Value {
        let command = ["/bin/sh", "-uc"].map(str::to_owned).into_iter();
        let command = command.chain([unexpanded(script), name.to_owned()]);
        json!({
            "name": name,
            "image": self.image,
            "command": command.collect::<Vec<_>>(),
            "args": words.iter().map(|word| unexpanded(word)).collect::<Vec<_>>(),
            "workingDir": EVIDENCE,
            "securityContext": of_container(is_restricted),
            "volumeMounts": [
                {"name": "evidence", "mountPath": EVIDENCE},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        })
    }

    fn pod(&self, container: &Value, is_restricted: bool) -> Value {
        let own = self.kubernetes;
        let mut pod = json!({
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": GRACE,
            yaml::COMMENT: "An agent reads what there is to read.",
            "automountServiceAccountToken": false,
        });
        if let Some(account) = &own.service_account {
            pod["serviceAccountName"] = account.as_str().into();
        }
        let mut context = json!({
            "runAsNonRoot": true,
            "runAsUser": own.user,
            "runAsGroup": own.user,
            "fsGroup": own.user,
        });
        if is_restricted {
            context["seccompProfile"] = json!({"type": "RuntimeDefault"});
        } else {
            pod["hostUsers"] = false.into();
            context[yaml::COMMENT] =
                "The walls are namespaces, which the usual filters refuse.".into();
            context["seccompProfile"] = json!({"type": "Unconfined"});
            context["appArmorProfile"] = json!({"type": "Unconfined"});
        }
        pod["securityContext"] = context;
        pod["containers"] = json!([container]);
        pod["volumes"] = json!([
            {"name": "evidence", "persistentVolumeClaim": {"claimName": self.claim_name()}},
            {"name": "tmp", "emptyDir": {}},
        ]);
        pod
    }
}

fn of_container(is_restricted: bool) -> Value {
    let mut context = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": {"drop": ["ALL"]},
    });
    if !is_restricted {
        context["procMount"] = "Unmasked".into();
    }
    context
}

fn labels() -> Value {
    json!({"labels": {"app.kubernetes.io/name": "wild-conformance"}})
}

/// A word of a container's command, in which Kubernetes would put variables for `$(NAME)` and a sign for two.
fn unexpanded(word: &str) -> String {
    let mut written = String::new();
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        written.push(c);
        if c == '$' && matches!(rest.peek(), Some('$' | '(')) {
            written.push('$');
        }
    }
    written
}
