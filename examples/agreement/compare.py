"""Sets what Goodword reads in files beside what well-known Python readers do, and sorts every disagreement.

    pip install feedparser extruct protego
    cargo build --release --example agreement
    python3 examples/agreement/compare.py feeds PATH...      against feedparser: items in each feed
    python3 examples/agreement/compare.py pages PATH...      against extruct: reviews with words in each page
    python3 examples/agreement/compare.py texts PATH...      a folder's name is the charset of the files in it
    python3 examples/agreement/compare.py robots PATH...     against protego: what each robots.txt allows
    python3 examples/agreement/compare.py verdicts PATH...   against the verdicts in Google's .textproto files

AGREEMENT names another program than target/release/examples/agreement.
"""

import collections, json, os, re, subprocess, sys, unicodedata, warnings

PROGRAM = os.environ.get("AGREEMENT", "target/release/examples/agreement")
SHOWN = int(os.environ.get("SHOWN", 5))


def told(what, paths=(), lines=None):
    given = "\n".join(json.dumps(line) for line in lines) if lines is not None else None
    run = subprocess.run([PROGRAM, what, *paths], input=given, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def report(what, classes, total):
    """classes: name -> list of examples; the first name is full agreement."""
    print(f"{what}: {total}")
    for name, examples in classes.items():
        print(f"  {len(examples):6}  {100 * len(examples) / max(total, 1):5.1f} %  {name}")
    for name, examples in list(classes.items())[1:]:
        for example in examples[:SHOWN]:
            print(f"    {name}: {example}")


def feeds(paths):
    import feedparser

    classes = collections.OrderedDict((name, []) for name in ["agree"])
    total = 0
    for line in told("feeds", paths):
        with open(line["file"], "rb") as file:
            body = file.read()
        try:
            theirs = feedparser.parse(body)
        except Exception as error:  # their fault, not a disagreement
            classes.setdefault(f"feedparser fails ({type(error).__name__})", []).append(line["file"])
            continue
        worded = [entry for entry in theirs.entries if words(entry)]
        ours = len(line["mentions"]) + len(line.get("refused", []))
        if not theirs.get("version") and not ours:
            continue  # no feed to either
        total += 1
        name = feed_class(line, theirs, worded)
        classes.setdefault(name, []).append(f"{line['file']} ours {len(line['mentions'])} theirs {len(theirs.entries)} {line.get('error', '')}")
    report("feeds", classes, total)


def feed_class(line, theirs, worded):
    ours = len(line["mentions"])
    if ours == len(theirs.entries) or ours == len(worded):
        return "agree"
    if line.get("error"):
        return "refused whole: " + ("theirs has no worded entry" if not worded else re.sub(r"[`0-9].*", "", line["error"])[:60])
    if ours + len(line.get("refused", [])) >= len(worded) and ours < len(worded):
        return "every entry seen, some told as unreadable"
    return "more than theirs" if ours > len(worded) else "fewer than theirs"


def words(entry):
    content = " ".join(part.get("value", "") for part in entry.get("content", []))
    text = " ".join([entry.get("title", ""), entry.get("summary", ""), content])
    return re.sub(r"<[^>]*>|&\w+;|\s", "", text)


def pages(paths):
    import extruct

    classes = collections.OrderedDict(agree=[])
    total = 0
    for line in told("pages", paths):
        if not line["file"].endswith((".html", ".htm", ".testhtml")):
            continue
        with open(line["file"], "rb") as file:
            body = file.read()
        text = body.decode("utf-8", "replace")
        theirs = set()
        for syntax in ["json-ld", "microdata", "rdfa"]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = extruct.extract(text, base_url="https://example.com/", syntaxes=[syntax], uniform=True)
            except Exception:
                continue
            theirs |= set(reviews(found))
        ours = {squeezed(mention) for mention in line["mentions"]}
        if not theirs and not ours:
            continue
        for review in theirs:
            total += 1
            name = "agree" if any(review in own or own in review for own in ours if own) else "only extruct finds it"
            classes.setdefault(name, []).append(f"{line['file']}: {review[:60]}")
        for own in ours:
            if not any(own in review or review in own for review in theirs):
                classes.setdefault("only Goodword finds it", []).append(f"{line['file']}: {own[:60]}")
    report("worded reviews", classes, total)


def reviews(found):
    """The texts of all reviews anywhere in what extruct found."""
    if isinstance(found, list):
        for part in found:
            yield from reviews(part)
    elif isinstance(found, dict):
        kinds = found.get("@type", [])
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(str(kind).rsplit("/", 1)[-1].endswith("Review") for kind in kinds):
            for key in ["reviewBody", "description", "text"]:
                text = found.get(key)
                text = text[0] if isinstance(text, list) and text else text
                if isinstance(text, str) and squeezed(text):
                    yield squeezed(text)
                    break
        for part in found.values():
            yield from reviews(part)


def squeezed(text):
    text = re.sub(r"<[^>]*>", "", text)
    for _ in range(2):
        import html

        text = html.unescape(text)
    text = re.sub(r"<[^>]*>", "", text)
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())[:200]


ALIASES = {"cp949": "cp949", "gb2312": "gb18030", "shift_jis": "cp932", "tis-620": "cp874", "euc-kr": "cp949"}


def texts(paths):
    classes = collections.OrderedDict(agree=[])
    lines = told("texts", paths)
    total = 0
    for line in lines:
        folder = os.path.basename(os.path.dirname(line["file"])).lower()
        charset = re.sub(r"-(?!sig$|jp$|kr$)[a-z]+$", "", folder)
        with open(line["file"], "rb") as file:
            body = file.read()
        try:
            want = body.decode(ALIASES.get(charset, charset), "replace")
        except LookupError:
            continue
        total += 1
        plain = lambda text: "".join(c for c in text if c.isalnum())
        same = sum(a == b for a, b in zip(plain(want), plain(line["text"])))
        share = same / max(len(plain(want)), 1)
        classes.setdefault("agree" if share > 0.98 else "decoded otherwise", []).append(f"{line['file']} {share:.2f}")
    report("texts decoded as their folder says", classes, total)


AGENTS = ["goodword", "Googlebot", "bingbot"]


def robots(paths):
    from protego import Protego

    asked, theirs = [], {}
    for root in paths:
        for folder, _, names in os.walk(root):
            for name in names:
                file = os.path.join(folder, name)
                with open(file, "rb") as opened:
                    text = opened.read().decode("utf-8-sig", "replace")
                rules = Protego.parse(text)
                for url in urls(text):
                    for agent in AGENTS:
                        asked.append({"file": file, "agent": agent, "url": url})
                        theirs[file, agent, url] = rules.can_fetch(url, agent)
    classes = collections.OrderedDict(agree=[])
    for line in told("robots", lines=asked):
        key = (line["file"], line["agent"], line["url"])
        name = "agree" if line["allowed"] == theirs[key] else ("only protego allows" if theirs[key] else "only Goodword allows")
        classes.setdefault(name, []).append(" ".join(key))
    report("questions of robots.txt", classes, len(asked))


def urls(text):
    """Pages that the rules of a file speak of, and some beside them."""
    found = {"https://example.com/", "https://example.com/index.html", "https://example.com/a/b?c=d"}
    for path in re.findall(r"(?im)^\s*(?:dis)?allow\s*:\s*(/[^\s#]*)", text):
        plain = path.rstrip("$").replace("*", "x")
        found |= {"https://example.com" + p for p in [plain, plain + "more", plain.rsplit("/", 1)[0] + "/"]}
    return sorted(found)


def verdicts(paths):
    asked, want = [], []
    os.makedirs("/tmp/agreement", exist_ok=True)
    for root in paths:
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                if name.endswith(".textproto"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        cases(name, file.read(), asked, want)
    classes = collections.OrderedDict(agree=[])
    for line, (expected, source) in zip(told("robots", lines=asked), want):
        same = line["allowed"] == (expected == "ALLOWED")
        name = "no address, never asked for" if line["allowed"] is None else "agree" if same else "otherwise"
        classes.setdefault(name, []).append(f"{source} {line['agent']} {line['url']} should be {expected}")
    report("verdicts", classes, len(asked))


def cases(name, text, asked, want):
    string = r'"(?:[^"\\]|\\.)*"'
    file = None
    token = re.compile(rf"(robotstxt|testurl|useragent|expected_outcome|robots_txt)\s*:\s*((?:{string}\s*)+|[A-Z]+)")
    case = {}
    for key, value in token.findall(text):
        value = b"".join(unescaped(part) for part in re.findall(string, value)) if value.startswith('"') else value.encode()
        if key in ("robotstxt", "robots_txt"):
            file = f"/tmp/agreement/{name}-{len(asked)}.txt"
            with open(file, "wb") as out:
                out.write(value)
        else:
            case[key] = value.decode("utf-8")
        if key == "expected_outcome":
            asked.append({"file": file, "agent": case["useragent"], "url": case["testurl"]})
            want.append((case["expected_outcome"], name))
            case = {}


def unescaped(quoted):
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}

    def character(match):
        octal, hexadecimal, other = match.groups()
        if other:
            return plain.get(other, other)
        return bytes([int(octal, 8) if octal else int(hexadecimal, 16)])

    return re.sub(rb"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))", character, quoted[1:-1].encode())


if __name__ == "__main__":
    choices = {"feeds": feeds, "pages": pages, "texts": texts, "robots": robots, "verdicts": verdicts}
    if len(sys.argv) < 3 or sys.argv[1] not in choices:
        sys.exit(__doc__)
    choices[sys.argv[1]](sys.argv[2:])
