//! On which devices a command works.

use super::shell::Command;

/// Variables that name the devices which a program sees.
const VARIABLES: [&str; 3] = [
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
];

/// Options that name a device. `--devices` and `--gpus` tell a number of them more often than not.
const OPTIONS: [&str; 9] = [
    "gpu",
    "gpu-id",
    "gpu-ids",
    "gpu-index",
    "gpu-device",
    "cuda-device",
    "device",
    "device-id",
    "device-ids",
];

impl Command {
    /// The devices that it is pinned to, none for a command that uses no device; nothing where it does
    /// not say. What a shell is yet to fill in is known to nobody and gets in nobody's way.
    pub fn devices(&self) -> Option<Vec<String>> {
        let variable = self.words().find_map(|word| {
            let (name, value) = word.split_once('=')?;
            VARIABLES.contains(&name).then_some(value)
        });
        if let Some(value) = variable {
            return Some(list(value));
        }
        OPTIONS
            .iter()
            .filter_map(|name| self.option(name))
            .find_map(of_option)
    }
}

fn list(value: &str) -> Vec<String> {
    let named = value.split(',').map(str::trim);
    named
        .filter(|device| !device.is_empty() && *device != "-1" && !device.contains('$'))
        .map(str::to_owned)
        .collect()
}

/// `1`, `0,1`, `cuda:1` and `cpu` name devices; `cuda` and `auto` leave them open.
fn of_option(value: &str) -> Option<Vec<String>> {
    let value = value.to_lowercase();
    if value == "cpu" || value.contains('$') {
        return Some(Vec::new());
    }
    let bare = |device: &str| {
        let device = device.trim();
        let number = ["cuda:", "gpu:"]
            .iter()
            .find_map(|prefix| device.strip_prefix(prefix))
            .unwrap_or(device);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| number.to_owned())
    };
    value.split(',').map(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(command: &str) -> Option<Vec<String>> {
        Command::parse(command).devices()
    }

    #[test]
    fn variables_and_options_pin() {
        for (command, expected) in [
            ("CUDA_VISIBLE_DEVICES=0,1 python t.py", &["0", "1"][..]),
            ("export HIP_VISIBLE_DEVICES=2; python t.py", &["2"]),
            ("python t.py --gpu 1", &["1"]),
            ("python t.py --gpu_ids=0,3", &["0", "3"]),
            ("python t.py --device cuda:1", &["1"]),
            ("python t.py device=cuda:1", &["1"]),
            ("python t.py --device cpu", &[]),
            ("CUDA_VISIBLE_DEVICES= python t.py", &[]),
            ("CUDA_VISIBLE_DEVICES=-1 python t.py --gpu 0", &[]),
            ("CUDA_VISIBLE_DEVICES=$GPU python t.py", &[]),
        ] {
            assert_eq!(
                devices(command).as_deref(),
                Some(&expected.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>()[..]),
                "{command}"
            );
        }
    }

    #[test]
    fn what_names_no_device_pins_to_none() {
        for command in [
            "python t.py --lr 0.1",
            "python t.py --device cuda",
            "python t.py --gpus 2",
            "python t.py --gpu --lr 0.1",
        ] {
            assert_eq!(devices(command), None, "{command}");
        }
    }
}
