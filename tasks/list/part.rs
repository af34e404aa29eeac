//! The parts of the list of a runbook that differ from row to row.

/// The parts of [`runbook!`] that differ from row to row.
#[doc(hidden)]
#[macro_export]
macro_rules! runbook_part {
    (module $module:ident) => { pub mod $module; };
    (module $module:ident $family:ident) => {};
    (access reads) => { $crate::list::Access::Reads };
    (access changes) => { $crate::list::Access::Changes };
    (access prints) => { $crate::list::Access::Prints };
    (access no_return) => { $crate::list::Access::Changes };
    (access composite) => { $crate::list::Access::Changes };
    (no_return no_return) => { true };
    (no_return composite) => { true };
    (no_return $access:ident) => { false };
    (composite $module:ident composite) => { Some(&$module::TABLE) };
    (composite $module:ident $access:ident) => { None };
    (top) => { false };
    (top top) => { true };
    (family) => { None };
    (family $family:ident $member:ident) => {
        Some(concat!(stringify!($family), "::", stringify!($member)))
    };
    (arguments $command:ident $module:ident composite) => {
        engine::run::composite::arguments(&$module::TABLE, $command)
    };
    (arguments $command:ident $module:ident $access:ident) => {
        <$module::Args as clap::Args>::augment_args($command)
    };
    (arguments $command:ident $module:ident $access:ident $family:ident $member:ident) => {
        $crate::list::Family::arguments(&$family::$member, $command)
    };
    (parse $matches:ident $runbook:literal $module:ident prints ()) => {{
        let args: $module::Args = $crate::list::read($matches)?;
        let print = move |options: &engine::run::Options| $module::print(options, &args);
        Ok($crate::list::Step { lock: None, work: $crate::list::Work::Print(Box::new(print)) })
    }};
    (parse $matches:ident $runbook:literal $module:ident composite ()) => {
        Ok($crate::list::composite(&$module::TABLE, $matches, $runbook))
    };
    (parse $matches:ident $runbook:literal $module:ident $access:ident ($($when:expr)?)) => {{
        let args: $module::Args = $crate::list::read($matches)?;
        let changes = $crate::runbook_part!(changes $access args $($when)?);
        Ok($crate::list::Step::of(args, changes, $runbook, $module::run))
    }};
    (parse $matches:ident $runbook:literal $module:ident $access:ident () $family:ident $member:ident) => {{
        let args = $crate::list::Family::read(&$family::$member, $matches)?;
        let changes = $crate::runbook_part!(changes $access args);
        let run = |cx: &_, args: &_| $crate::list::Family::run(&$family::$member, cx, args);
        Ok($crate::list::Step::of(args, changes, $runbook, run))
    }};
    (changes reads $args:ident) => { false };
    (changes $access:ident $args:ident) => { true };
    (changes $access:ident $args:ident $when:expr) => { ($when)(&$args) };
}
