//! What the sender of a mail says: without quotes of others, signature, disclaimer and what mail programs add.
//!
//! Works on plain text, line by line. Where all there is was sent on by the sender, that is what is said.

use std::sync::LazyLock;

use regex::Regex;

/// Lines after which others speak, or nobody.
static ENDS: LazyLock<Regex> = LazyLock::new(|| {
    let ends = [
        // quotes: original messages, what was written when
        r"-{2,} ?(?:original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|原始邮件|原邮件|回复的原邮件) ?-*",
        r"(?:on|am|le|el|il|op) .{4,160}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,80}:",
        r".{0,160}(?:写道|寫道)\s*[:：]",
        // signature, and what programs sign with
        r"--",
        r"_{10,}",
        r"(?:sent from (?:my|mail for)|get outlook for|sent via|von meinem .{2,30} gesendet|gesendet (?:von|mit)|envoyé de mon|发自我的|从我的.{1,20}发送|来自我的).{0,60}",
        // disclaimers
        r"(?:disclaimer|confidentiality notice|haftungsausschluss)\b.*",
        r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication)\b.{0,80}\b(?:confidential|intended|privileged|contains?).*",
        r"(?:diese|der inhalt dieser) (?:e-?mail|nachricht)\b.{0,80}\bvertraulich.*",
        r"(?:本邮件|此邮件|本电子邮件|声明：本邮件).{0,40}(?:保密|机密|仅供|收件人).*",
    ];
    Regex::new(&format!("(?is)^(?:{})\\s*$", ends.join("|"))).expect("the pattern is a constant that a test compiles")
});
/// The first line of the head of another mail.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[*_]{0,2}(?:from|von|de|发件人|寄件者)[*_]{0,2} ?[:：]").expect("the pattern is a constant that a test compiles")
});
static HEADS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)^[*_]{0,2}(?:from|von|de|sent|gesendet|date|datum|to|an|cc|subject|betreff|发件人|寄件者|发送时间|日期|收件人|抄送|主题)[*_]{0,2} ?[:：]";
    Regex::new(pattern).expect("the pattern is a constant that a test compiles")
});
static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"(?i)^(?:-{2,} ?(?:forwarded message|weitergeleitete nachricht|转发的?邮件|转发邮件信息) ?-*|begin forwarded message:)\s*$";
    Regex::new(pattern).expect("the pattern is a constant that a test compiles")
});

/// What the sender says in a mail of this text.
pub(super) fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let said = until_others_speak(&lines);
    if !said.is_empty() {
        return said;
    }
    let sent_on = lines.iter().position(|line| FORWARDED.is_match(line.trim()));
    let Some(start) = sent_on else { return String::new() };
    let body: Vec<&str> = lines.into_iter().skip(start + 1).skip_while(|line| line.trim().is_empty() || is_head(line)).collect();
    until_others_speak(&body)
}

fn is_head(line: &str) -> bool {
    HEADS.is_match(line.trim())
}

fn until_others_speak(lines: &[&str]) -> String {
    let mut said = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let plain = line.trim();
        let begins_another = || HEAD.is_match(plain) && lines.iter().skip(at + 1).take(4).filter(|line| is_head(line)).count() >= 1;
        if FORWARDED.is_match(plain) || is_end(lines, at) || begins_another() {
            break;
        }
        if !plain.starts_with('>') {
            said.push(line.trim_end());
        }
    }
    let said = said.join("\n");
    // Blank lines are left where quotes stood.
    let mut tidy = String::new();
    for line in said.trim().lines() {
        if !(line.is_empty() && tidy.ends_with("\n\n")) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.trim().to_owned()
}

/// Whether others speak from this line on. `On … wrote:` may run over three lines.
fn is_end(lines: &[&str], at: usize) -> bool {
    let line = lines.get(at).map_or("", |line| line.trim());
    if line.is_empty() {
        return false;
    }
    if ENDS.is_match(line) {
        return true;
    }
    const STARTS: [&str; 6] = ["on ", "am ", "le ", "el ", "il ", "在"];
    let small = line.to_lowercase();
    let may_run_on = STARTS.iter().any(|start| small.starts_with(start)) && line.chars().any(|letter| letter.is_ascii_digit());
    may_run_on
        && (2..=3).any(|count| {
            let run: Vec<&str> = lines.iter().skip(at).take(count).map(|line| line.trim()).collect();
            run.iter().all(|line| !line.is_empty()) && ENDS.is_match(&run.join(" "))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_senders_own_words_are_left() {
        for (text, want) in [
            ("Easy to use!\n\nOn Mon, 2 Mar 2026 at 10:00, Support <a@b.example> wrote:\n> How is it?\n", "Easy to use!"),
            ("Fine.\n\nOn Mon, Mar 2, 2026 at 10:00 AM The Support Team of Acme\n<support@acme.example> wrote:\n> x\n", "Fine."),
            ("> How is it?\nGreat.\n> And the price?\nToo high.\n", "Great.\nToo high."),
            ("Läuft gut.\n\nAm 02.03.2026 um 10:00 schrieb Ann Lee:\n> Wie läuft es?", "Läuft gut."),
            ("很好用。\n\n在 2026年3月2日，客服 <a@b.example> 写道：\n> 怎么样？", "很好用。"),
            ("闪退。\n发件人: 客服\n发送时间: 2026年3月2日\n主题: 回复", "闪退。"),
            ("It crashes.\n\n-----Original Message-----\nFrom: x\n", "It crashes."),
            ("It crashes.\n\n________________________________\nFrom: Support\nSent: Monday\n", "It crashes."),
            ("It crashes.\n\nFrom: Support <a@b.example>\nSent: Monday\nSubject: x\n\nquoted", "It crashes."),
            ("Love it\n-- \nAnn Lee\nCEO, Acme", "Love it"),
            ("Love it\n\nSent from my iPhone", "Love it"),
            ("很好\n发自我的iPhone", "很好"),
            ("Love it.\n\nThis e-mail and any attachments are confidential and intended for the addressee.\nMore of it.", "Love it."),
            ("From: here on it works great\nand stays so", "From: here on it works great\nand stays so"),
            ("On 3 of 5 days it crashes\nand we lose data", "On 3 of 5 days it crashes\nand we lose data"),
            (
                "---------- Forwarded message ---------\nFrom: Bob <b@c.example>\nDate: Mon\nSubject: Acme\n\nAcme is terrible\n",
                "Acme is terrible",
            ),
            ("> only a quote\n", ""),
            ("a\n\n\n> q\n\n\nb", "a\n\nb"),
        ] {
            assert_eq!(own_words(text), want, "{text}");
        }
    }
}
