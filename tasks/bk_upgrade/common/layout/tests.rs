//! Edits of files as sites have them.

use super::*;

const PATH: &str = "/data/install/install.config";

fn placements(text: &str) -> Vec<Placement> {
    text.split(';').map(|word| word.parse().unwrap_or_else(|why| panic!("{word}: {why}"))).collect()
}

const ALL: &str = "redis_cluster=10.0.0.1,10.0.0.2,10.0.0.3;auth=10.0.0.3;etcd=10.0.0.3;apigw=10.0.0.1;iam_search_engine=10.0.0.2";

/// The changed lines: `-` for old ones, `+` for new ones.
fn diff(text: &str, wanted: &str) -> String {
    let new = place(PATH, text, &placements(wanted)).unwrap_or_else(|fault| panic!("{fault}"));
    let (old, new): (Vec<&str>, Vec<&str>) =
        (text.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut shown = String::new();
    for (number, line) in new.iter().enumerate() {
        match old.get(number) {
            Some(before) if before == line => {}
            Some(before) => shown += &format!("-{before:?}\n+{line:?}\n"),
            None => shown += &format!("+{line:?}\n"),
        }
    }
    shown
}

/// X4.19: the modules go behind the others of their host; comments, headings and labels stay.
#[test]
fn a_file_keeps_its_order_comments_and_tags() {
    let text = "# site\n[basic]\n10.0.0.1 iam,gse # first\n10.0.0.2\tnginx, consul\n\n[apps]\n10.0.0.1 paas\n:label x\n10.0.0.3 cmdb,job,\n";
    assert_eq!(
        diff(text, ALL),
        r#"-"10.0.0.1 iam,gse # first\n"
+"10.0.0.1 iam,gse,redis_cluster,apigw # first\n"
-"10.0.0.2\tnginx, consul\n"
+"10.0.0.2\tnginx, consul,redis_cluster,iam_search_engine\n"
-"10.0.0.3 cmdb,job,\n"
+"10.0.0.3 cmdb,job,redis_cluster,auth,etcd,\n"
"#
    );
}

#[test]
fn line_ends_addresses_alone_and_new_hosts() {
    let text = "\u{feff}10.0.0.1\r\n 10.0.0.2 a(b) ,\t# x,y\r\n10.0.0.30 paas";
    assert_eq!(
        diff(text, ALL),
        r#"-"\u{feff}10.0.0.1\r\n"
+"\u{feff}10.0.0.1 redis_cluster,apigw\r\n"
-" 10.0.0.2 a(b) ,\t# x,y\r\n"
+" 10.0.0.2 a(b),redis_cluster,iam_search_engine ,\t# x,y\r\n"
-"10.0.0.30 paas"
+"10.0.0.30 paas\r\n"
+"10.0.0.3 redis_cluster,auth,etcd\r\n"
"#
    );
}

/// X4.20: all five have a place afterwards, and a module that runs somewhere stays there.
#[test]
fn what_is_left_out_or_elsewhere_is_refused() {
    let text = "10.0.0.1 iam,auth\n10.0.0.2 nginx\n10.0.0.3 cmdb\n";
    let told = |wanted: &str| {
        let fault = place(PATH, text, &placements(wanted)).unwrap_err();
        format!("{}; {}", fault.message, fault.hints.join("; "))
    };
    assert_eq!(
        told("etcd=10.0.0.1;apigw=10.0.0.1"),
        "no host has redis_cluster, iam_search_engine; decide where they run, by free memory: \
         --place redis_cluster=IP --place iam_search_engine=IP"
    );
    assert!(told(ALL).starts_with("auth is on 10.0.0.1 already"), "{}", told(ALL));
    let wrong = place(PATH, "10.0.0.300 iam\n", &placements(ALL)).unwrap_err();
    assert!(wrong.details.iter().any(|(_, text)| text.contains("install.config:1")) || wrong.message.contains("install.config:1"), "{wrong:?}");
}

#[test]
fn numbers_of_hosts() {
    let check = |text: &str, single| check(&placements(text), single).map_err(|fault| fault.message);
    assert_eq!(check(ALL, false), Ok(()));
    for count in 1..=6 {
        let hosts: Vec<String> = (1..=count).map(|n| format!("10.0.0.{n}")).collect();
        let etcd = check(&format!("etcd={}", hosts.join(",")), false);
        assert_eq!(etcd.is_ok(), [1, 3, 5].contains(&count), "{count}");
        let redis = format!("redis_cluster={}", hosts.join(","));
        assert_eq!(check(&redis, false).is_ok(), count >= 3, "{count}");
        assert_eq!(check(&redis, true).is_ok(), count == 1, "{count}");
    }
    assert_eq!(check("auth=10.0.0.1;auth=10.0.0.2", false).unwrap_err(), "auth is placed twice");
}

#[test]
fn a_placement_is_checked_word_by_word() {
    let told = |text: &str| text.parse::<Placement>().unwrap_err();
    assert!(told("paas=10.0.0.1").contains("\"paas\" is not a new module of 6.2"));
    assert!(told("etcd=10.0.0").contains("\"10.0.0\" is not an IPv4 address"));
    assert!(told("etcd=10.0.0.1，10.0.0.2").contains("is not an IPv4 address"));
    assert!(told("etcd=10.0.0.1,10.0.0.1").contains("10.0.0.1 is there twice"));
    assert!(told("etcd").contains("MODULE=IP,IP"));
    assert_eq!(placements("etcd = 10.0.0.1, 10.0.0.2")[0].to_string(), "etcd=10.0.0.1,10.0.0.2");
}

/// Random numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// A file as a site might have it.
fn site(dice: &mut Dice) -> String {
    let modules = ["iam", "gse", "monitorv3(monitor)", "log(api)", "zk(config)", "paas", "es7"];
    let mut text = String::new();
    let end = dice.pick(&["\n", "\n", "\r\n"]);
    for _ in 0..=dice.below(8) {
        match dice.below(6) {
            0 => text += dice.pick(&["# 10.0.0.1 etcd", "[basic]", "", "  ", ":label 10.0.0.2 auth", "#"]),
            _ => {
                text += dice.pick(&["", "", " ", "\t"]);
                text += &format!("10.0.0.{}", dice.below(4) + 1);
                for number in 0..dice.below(4) {
                    text += if number == 0 {
                        dice.pick(&[" ", "\t", "  "])
                    } else {
                        dice.pick(&[",", ", ", " ", ",,", " , "])
                    };
                    text += dice.pick(&modules);
                }
                text += dice.pick(&["", "", ",", "  ", " # etcd,auth", "\t#"]);
            }
        }
        text += end;
    }
    text += "10.0.0.1 cmdb";
    text += dice.pick(&["", end]);
    text
}

/// Of any file: the new modules are there and nothing else; without them the text is the old one; twice is once.
#[test]
fn any_site_gets_exactly_the_new_modules() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..3000 {
        let text = site(&mut dice);
        let host = |dice: &mut Dice| format!("10.0.0.{}", dice.below(5) + 1);
        let wanted: Vec<String> =
            NEW_MODULES.iter().map(|module| format!("{module}={}", host(&mut dice))).collect();
        let wanted = placements(&wanted.join(";"));
        let new = place(PATH, &text, &wanted).unwrap_or_else(|fault| panic!("{text:?}: {fault}"));
        assert_eq!(place(PATH, &new, &wanted).as_ref(), Ok(&new), "{text:?}");

        let read = |text: &str| InstallConfig::parse(PATH, text).expect("a good file");
        let (before, after) = (read(&text), read(&new));
        for placement in &wanted {
            assert_eq!(hosts_of(&after, placement.module), placement.hosts, "{text:?}");
        }
        let old = |config: &InstallConfig| -> Vec<String> {
            let lines = config.lines.iter().map(|line| {
                let own = line.modules.iter().filter(|module| !NEW_MODULES.contains(&&*module.name));
                let groups: Vec<String> = own.flat_map(|module| module.groups()).collect();
                format!("{} {}", line.address, groups.join(" "))
            });
            lines.collect()
        };
        let mut kept = old(&after);
        kept.truncate(before.lines.len());
        assert_eq!(kept, old(&before), "{text:?}");
        // What was added is all that is to be taken away.
        let mut stripped = new.clone();
        for line in text.split_inclusive('\n').filter(|line| line.contains('#') || line.trim().starts_with(':')) {
            assert!(new.contains(line.trim_start_matches(|c| c != '#')), "{text:?}");
        }
        stripped.retain(|c| c == '\n');
        assert!(stripped.len() >= text.matches('\n').count(), "{text:?}");
    }
}

/// The document's own layout can be read, and places all five.
#[test]
fn the_example_is_a_whole_layout() {
    let config = InstallConfig::parse("example", EXAMPLE).expect("a good file");
    assert!(NEW_MODULES.iter().all(|module| hosts_of(&config, module).len() == 1));
    assert_eq!(place("example", EXAMPLE, &[]).as_deref(), Ok(EXAMPLE));
}
