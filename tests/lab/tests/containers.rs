//! `init-space` and `iam-migrate` with a real docker: `docker exec` and `docker cp` of containers with the names of BlueKing.

use anyhow::{Result, ensure};
use lab::suite::Case;

use crate::support::Bench;

pub(crate) const CASES: &[Case<Bench>] = cases![
    containers:
    commands_in_real_containers_run_once,
];

const HOST: &str = "spare1";
const CONTAINERS: &str = include_str!("../src/roles/containers.sh");
/// The steps, with the container and the directory of each.
const STEPS: [(&[&str], &str, &str); 3] = [
    (&["bk-upgrade", "monitor", "init-space"], "bk-monitor", "/data/bkce/bkmonitorv3/monitor"),
    (&["bk-upgrade", "monitor", "iam-migrate"], "bk-monitor", "/data/bkce/bkmonitorv3/monitor"),
    (&["bk-upgrade", "log", "iam-migrate"], "bk-log-api", "/data/bkce/bklog/api"),
];

fn commands_in_real_containers_run_once(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&[HOST])?;
    let file = inventory(bench)?;
    let call = |step: &[&str]| bench.xtask(&[step, &["-i", &file]].concat());
    // Before there is a container, and when it is down, the host is refused (X4.6).
    call(STEPS[0].0)?.expect(6)?.says("no container bk-monitor")?;
    lab.exec(HOST, CONTAINERS)?;
    lab.exec(HOST, "docker stop -t 0 bk-monitor")?;
    call(STEPS[0].0)?.expect(6)?.says("container bk-monitor is exited")?;
    lab.exec(HOST, "docker start bk-monitor")?;
    for (step, container, directory) in STEPS {
        let plan = [step, &["-n"]].concat();
        call(&plan)?.expect(0)?.prints("spare1: needed\n")?;
        call(step)?.expect(0)?.prints("spare1: changed\n")?;
        call(step)?.expect(0)?.prints("spare1: kept\n")?;
        let nested = format!(
            "docker exec {container} ls {directory}/support-files/support-files {directory}/support-files/iam/iam"
        );
        ensure!(lab.exec(HOST, &nested).is_err(), "{container}: a directory inside itself");
    }
    let calls = |(_, container, directory): (&[&str], &str, &str)| {
        lab.exec(HOST, &format!("docker exec {container} cat {directory}/calls"))
    };
    ensure!(calls(STEPS[0])? == "init_space_data\niam_upgrade_action_v2\n");
    ensure!(calls(STEPS[2])? == "loaded manage.py iam_upgrade_action_v2\n");
    again_with_other_files(bench, &file)?;
    Ok(std::fs::remove_file(file)?)
}

/// X4.59: another model is copied over the first one, and not into it. A failed migration ends with exit code 0.
fn again_with_other_files(bench: &Bench, file: &str) -> Result<()> {
    let (step, container, directory) = STEPS[1];
    let files = "/data/bkce/bkmonitorv3/support-files/iam";
    bench.lab.exec(HOST, &format!("mv {files}/model.json {files}/other.json"))?;
    bench.lab.exec(
        HOST,
        &format!("docker exec {container} rm {directory}/support-files/iam/model.json"),
    )?;
    let call = || bench.xtask(&[step, &["-i", file]].concat());
    call()?.expect(1)?.says("Congratulations! IAM upgrade successfully!!!")?;
    bench.lab.exec(HOST, &format!("mv {files}/other.json {files}/model.json"))?;
    call()?.expect(0)?.prints("spare1: changed\n")?;
    let list = format!("docker exec {container} ls {directory}/support-files");
    ensure!(bench.lab.exec(HOST, &list)? == "iam\n", "{}", bench.lab.exec(HOST, &list)?);
    call()?.expect(0)?.prints("spare1: kept\n").map(drop)
}

/// The lab's inventory, in which the host is one of both modules.
fn inventory(bench: &Bench) -> Result<String> {
    let dir = &bench.lab.dir;
    let text = std::fs::read_to_string(dir.join("hosts.toml"))?;
    let groups = ["monitorv3", "monitorv3_monitor", "log", "log_api"];
    let groups = groups.map(|group| format!("{group} = {HOST:?}\n")).concat();
    let file = dir.join("containers.toml");
    std::fs::write(&file, text + &groups)?;
    Ok(file.display().to_string())
}
