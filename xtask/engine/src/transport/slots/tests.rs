//! The limits of sessions and of logins.

use super::*;

/// Fault T12: the limit of this machine becomes a number of sessions.
#[test]
fn open_files_become_sessions() {
    let limit = |files, fanout| Slots::within(files, fanout).limit();
    assert_eq!((limit(Some(128), 32), limit(Some(1024), 32)), (Some(12), Some(277)));
    assert_eq!((limit(Some(10), 32), limit(None, 32)), (Some(1), None));
}

/// Fault S6: fewer log in at once after one was turned away, and slowly more again.
#[test]
fn logins_become_fewer_and_slowly_more() {
    let (slots, never) = (Slots::default(), Interrupt::never());
    let mut logins: Vec<Login> = (0..8).map(|_| slots.login(&never).unwrap()).collect();
    logins.pop().unwrap().turned_away();
    assert_eq!(slots.state().logins, Some(4));
    logins.drain(..3).for_each(drop);
    for _ in 0..4 {
        logins.pop().unwrap().succeeded();
    }
    assert_eq!(slots.state().logins, Some(5));
    assert_eq!(slots.state().logging_in, 0);
    slots.login(&never).unwrap().turned_away();
    assert_eq!(slots.state().logins, Some(1));
}

#[derive(Debug)]
struct Idle(Mutex<Option<Slot>>, LetGo);

impl Holder for Idle {
    fn let_go(&self) -> LetGo {
        if self.1 == LetGo::Done {
            drop(self.0.lock().unwrap().take());
        }
        self.1
    }
}

fn holder(slots: &Slots, says: LetGo) -> Result<Arc<Idle>, Fault> {
    let idle = Arc::new(Idle(Mutex::default(), says));
    let weak: Weak<dyn Holder> = Arc::downgrade(&(Arc::clone(&idle) as Arc<_>));
    let slot = slots.take(weak, &Interrupt::never())?;
    *idle.0.lock().unwrap() = Some(slot);
    Ok(idle)
}

/// Fault T12: an idle session makes room; locked ones do not, and then nobody waits in vain.
#[test]
fn idle_sessions_make_room_and_locked_ones_do_not() {
    let slots = Slots::within(Some(48), 32);
    assert_eq!(slots.limit(), Some(2));
    let (locked, idle) = (holder(&slots, LetGo::Never), holder(&slots, LetGo::Done).unwrap());
    let third = holder(&slots, LetGo::Never).unwrap();
    assert!(idle.0.lock().unwrap().is_none());
    let fault = holder(&slots, LetGo::Done).unwrap_err();
    assert_eq!(fault.kind, Kind::Refused);
    drop((locked, third));
    assert_eq!((holder(&slots, LetGo::Done).is_ok(), slots.note()), (true, None));
}
