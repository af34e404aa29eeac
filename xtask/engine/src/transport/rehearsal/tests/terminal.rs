//! A rehearsal host gives a terminal to a program that asks.

use super::super::super::call::{Call, End, Pair};
use super::super::super::channel::{Channel, Settings};
use super::super::super::interrupt::Interrupt;
use super::super::super::launch::Shell;
use super::super::super::local::Exec;
use super::super::super::secret::Secret;
use super::super::super::slots::Slots;
use super::super::super::terminal::{Answer, Place, Terminal, Typed};
use super::lab;
use crate::data::byte_size::ByteSize;

/// The real passwd: on such a host it changes the files of this host only.
#[test]
fn passwd_asks_on_a_rehearsal_host() {
    let Some(lab) = lab() else { return };
    let before = lab.run("paas1", "cat /etc/shadow");
    let (program, args) = lab.rehearsal.command("paas1", &[]);
    let prefix = [vec![program], args].concat();
    let channel = Channel::new(Box::new(Exec { prefix, sudo: None }), Shell::Sh);
    let settings = Settings {
        connect: std::time::Duration::from_secs(30),
        control: None,
        interrupt: Interrupt::never(),
        private: Vec::new(),
        max_output: ByteSize::OUTPUT,
        slots: Slots::default(),
    };
    let answer = |prompt: &str| Answer {
        prompt: prompt.into(),
        place: Place::Line,
        typed: Typed::Secret(Secret::new("Of a rehearsal 1")),
        most: 1,
        required: true,
    };
    let answers = ["New password:", "Retype new password:"].map(answer).to_vec();
    let terminal = Terminal { answers, ..Terminal::default() };
    let timeout = Some(std::time::Duration::from_secs(60));
    let call = Call {
        script: "passwd root",
        data: None,
        timeout,
        terminal: Some(&terminal),
        prompt: false,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let end = channel.call(&call, &mut Pair(&mut out, &mut err), &settings).unwrap();
    let said = String::from_utf8(out).unwrap();
    assert_eq!((end, said.contains("updated successfully")), (End::Exit(0), true), "{said}");
    channel.close(&settings);
    let after = lab.run("paas1", "cat /etc/shadow");
    assert!(after.starts_with("root:$") && after != before, "{after}");
}
