package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.LINES;
import static dev.keywright.ops.config.Rule.Reads.MACHINE;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.config.ConfFile.Line;
import dev.keywright.ops.config.Rule.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the server can read the file at all, and whether it reads what was meant. Errors here mean that it does not start. */
final class FileRules {

    private static final String STOPS = "The server stops with FATAL CONFIG FILE ERROR and does not start.";
    private static final Directives KNOWN = Directives.known();
    private static final List<String> NEEDED = List.of("dir", "aclfile");

    private FileRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "byte-order-mark",
                        ERROR,
                        LINES,
                        "invisible bytes in front of the first line",
                        STOPS,
                        FileRules::mark),
                new Rule("unbalanced-quotes", ERROR, LINES, "a quote without its partner", STOPS, FileRules::quotes),
                new Rule(
                        "trailing-comment",
                        ERROR,
                        LINES,
                        "a comment behind a directive",
                        "Comments stand on lines of their own; behind a directive they are part of its value. " + STOPS,
                        FileRules::comment),
                new Rule("unknown-directive", ERROR, LINES, "a name no release knows", STOPS, FileRules::unknown),
                new Rule(
                        "directive-of-another-release",
                        ERROR,
                        LINES,
                        "a name only other releases know",
                        STOPS,
                        FileRules::otherRelease),
                new Rule(
                        "wrong-value",
                        ERROR,
                        LINES,
                        "wrong number, kind, range or unit of values",
                        STOPS,
                        FileRules::value),
                new Rule(
                        "number-overflows",
                        ERROR,
                        LINES,
                        "an amount of memory that no server can count",
                        "The server reads another number than the one that is written.",
                        FileRules::overflow),
                new Rule(
                        "include-too-deep",
                        ERROR,
                        LINES,
                        "includes without end",
                        "The server follows them until it crashes.",
                        (subject, found) -> include(subject, found, true)),
                new Rule(
                        "include-missing",
                        WARNING,
                        LINES,
                        "an included file that is not here",
                        "The server does not start when the file is missing; it looks from its working directory.",
                        (subject, found) -> include(subject, found, false)),
                new Rule("user-rule-wrong", ERROR, LINES, "a rule of a user that is none", STOPS, FileRules::userRules),
                new Rule("user-twice", ERROR, LINES, "a user defined twice", STOPS, FileRules::userTwice),
                new Rule(
                        "users-in-two-places",
                        ERROR,
                        LINES,
                        "user lines and an ACL file",
                        "The server refuses to start with both.",
                        FileRules::usersInTwoPlaces),
                new Rule(
                        "renamed-command-unknown",
                        ERROR,
                        LINES,
                        "rename-command of a command that is none, or to a name that is taken",
                        STOPS,
                        FileRules::renamedUnknown),
                new Rule(
                        "replicaof-in-cluster",
                        ERROR,
                        LINES,
                        "replicaof on a node of a cluster",
                        STOPS,
                        FileRules::replicaOfInCluster),
                new Rule(
                        "listens-nowhere",
                        ERROR,
                        LINES,
                        "no port and no socket",
                        "The server ends at once: nobody could reach it.",
                        FileRules::listensNowhere),
                new Rule(
                        "port-twice",
                        ERROR,
                        LINES,
                        "one port for two purposes",
                        "The server ends at once: it cannot listen on the port a second time.",
                        FileRules::portTwice),
                new Rule(
                        "tls-without-certificate",
                        ERROR,
                        LINES,
                        "TLS without certificate, key or authorities",
                        "The server ends at once: TLS cannot be set up.",
                        FileRules::tls),
                new Rule(
                        "cluster-bus-port-too-high",
                        ERROR,
                        LINES,
                        "no room for the cluster bus port",
                        "The bus port is the client port plus 10000; above 65535 the server ends at once.",
                        FileRules::busPort),
                new Rule(
                        "module-setting-without-module",
                        ERROR,
                        LINES,
                        "a setting of a module that is not loaded",
                        "The server ends at once: nobody takes the setting.",
                        FileRules::moduleSetting),
                new Rule(
                        "activedefrag-needs-jemalloc",
                        ERROR,
                        LINES,
                        "activedefrag on a build that may not know it",
                        "A build without the bundled jemalloc, such as Debian's package, does not start with it.",
                        FileRules::activeDefrag),
                new Rule(
                        "module-setting-unknown",
                        WARNING,
                        LINES,
                        "a setting of a module of Redis 8 that is not known",
                        "A server that does not know it does not start.",
                        FileRules::moduleUnknown),
                new Rule(
                        "variable-not-replaced",
                        WARNING,
                        LINES,
                        "a variable or place of a template that nothing fills in",
                        "The server takes the text as it stands; as a password it can be guessed by everybody who knows"
                                + " the template.",
                        FileRules::variables),
                new Rule(
                        "path-missing",
                        ERROR,
                        MACHINE,
                        "a file or folder that is needed and not here",
                        "The server does not start without it.",
                        FileRules::paths),
                new Rule(
                        "directive-twice",
                        WARNING,
                        LINES,
                        "a directive given twice",
                        "The last line wins; whoever reads the first one is misled.",
                        FileRules::twice),
                new Rule(
                        "save-empty-too-late",
                        WARNING,
                        LINES,
                        "save \"\" behind other save lines",
                        "Lines of save add up and the empty one takes nothing away, so snapshots go on.",
                        FileRules::emptySave),
                new Rule(
                        "directive-ignored",
                        INFO,
                        LINES,
                        "a directive without effect",
                        "The server reads it and does nothing with it.",
                        FileRules::ignored),
                new Rule(
                        "old-name",
                        INFO,
                        LINES,
                        "an old name of a directive",
                        "The old names still work, but documents and CONFIG REWRITE use the new ones.",
                        FileRules::oldName),
                new Rule(
                        "old-buffer-class",
                        INFO,
                        LINES,
                        "the class slave of output buffers",
                        "The class is called replica; the old word still works.",
                        FileRules::oldClass),
                new Rule(
                        "rename-command",
                        WARNING,
                        LINES,
                        "renamed commands",
                        "Tools, replicas and AOF files that use the old name break, and an intruder can guess the new"
                                + " one.",
                        FileRules::renamed));
    }

    private static void mark(Subject subject, Found found) {
        subject.file()
                .filter(ConfFile::byteOrderMark)
                .ifPresent(file -> found.add(
                        Place.line(file.name(), 1),
                        "The file begins with a byte order mark, which becomes part of the first line.",
                        "Save the file as UTF-8 without byte order mark.",
                        new Edit(file.name(), 0, List.of(), "byte order mark removed")));
    }

    private static void quotes(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            if (line.words().isEmpty()) {
                found.add(
                        line.place(),
                        "The quotes of this line do not match, or something touches a closing quote.",
                        "Close every quote and put a blank behind it; write a quote inside double quotes as \\\".");
            }
        }
    }

    /** What is wrong with the words of a line that this release knows. */
    private static Optional<String> complaint(Subject subject, Line line) {
        if (subject.isUsersFile() || line.words().isEmpty() || line.name().equals("sentinel")) {
            return Optional.empty();
        }
        return KNOWN.find(line.name())
                .filter(directive -> isKnown(directive, line.name(), subject.release()))
                .flatMap(directive -> directive.kind(subject.release()).complaint(line.arguments()));
    }

    private static boolean isKnown(Directive directive, String name, Release release) {
        boolean named = directive.aliases().stream()
                .filter(alias -> alias.name().equals(name))
                .allMatch(alias -> alias.exists(release));
        return directive.exists(release) && named;
    }

    /** Where a comment begins behind the directive; absent when the line is right as it is, or wrong for another reason. */
    private static Optional<Integer> commentAt(Subject subject, Line line) {
        List<String> words = line.written();
        boolean wrong = complaint(subject, line).isPresent()
                || line.name().equals("user") && userComplaint(subject, line).isPresent();
        for (int i = 0; wrong && i < words.size(); i++) {
            boolean hash = line.name().equals("user")
                    ? words.get(i).equals("#")
                    : words.get(i).startsWith("#");
            if (hash) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static void comment(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            commentAt(subject, line).ifPresent(at -> {
                int hash = hash(line.text(), at);
                String directive = line.text().substring(0, hash).stripTrailing();
                found.add(
                        line.place(),
                        "A comment follows " + line.name() + " on the same line.",
                        subject.isUsersFile() ? "Remove the comment." : "Put the comment on a line of its own.",
                        new Edit(
                                line.source(),
                                line.number(),
                                subject.isUsersFile()
                                        ? List.of(directive)
                                        : List.of(line.text().substring(hash), directive),
                                subject.isUsersFile()
                                        ? "comment taken out, which files of users cannot hold"
                                        : "comment moved to a line of its own"));
            });
        }
    }

    /** Where in the text the comment begins that is the given word behind the directive. */
    private static int hash(String text, int word) {
        for (int at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
            int words = Words.split(text.substring(0, at)).map(List::size).orElse(-1);
            if (words == word + 1 && Words.isBlank(text.charAt(at - 1))) {
                return at;
            }
        }
        return text.length();
    }

    private static boolean isForServer(Subject subject, Line line) {
        return !subject.isUsersFile() && line.words().isPresent() && line.name().indexOf('.') < 0;
    }

    private static void unknown(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            String name = line.name();
            if (!isForServer(subject, line)) {
                if (subject.isUsersFile() && line.words().isPresent() && !name.equals("user")) {
                    found.add(
                            line.place(),
                            line.text().startsWith("#")
                                    ? "A file of users cannot hold comments."
                                    : shown(name) + " has no place in a file of users.",
                            line.text().startsWith("#")
                                    ? "Remove the line."
                                    : "Begin each line with user and a blank.");
                }
                continue;
            }
            if (KNOWN.find(name).isPresent() || isOfModule(subject, name)) {
                continue;
            }
            Optional<String> near = KNOWN.nearest(name, subject.release());
            Optional<Edit> edit = near.filter(
                            known -> known.replaceAll("[-_.]", "").equals(name.replaceAll("[-_.]", "")))
                    .map(known -> Edit.replace(line, renamed(line, known), name + " became " + known));
            found.add(
                    ERROR,
                    line.place(),
                    invisible(name).orElse("No Redis since 7.0 and no Valkey knows a directive " + shown(name) + "."),
                    near.map(known -> "Write " + known + ", if that is meant; else remove the line.")
                            .orElse(
                                    invisible(name).isPresent()
                                            ? "Type the line anew, with plain blanks."
                                            : "Remove the line."),
                    edit);
        }
    }

    /** Text from web pages and word processors brings blanks that are none. */
    private static Optional<String> invisible(String name) {
        return name.codePoints()
                .filter(c -> Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT)
                .mapToObj(c -> String.format(
                        Locale.ROOT, "The name holds the character U+%04X, which looks like a blank or nothing.", c))
                .findFirst();
    }

    private static String shown(String name) {
        String plain = name.replaceAll("[^!-~]", "?");
        return plain.length() <= 60 ? plain : plain.substring(0, 60) + "...";
    }

    private static String renamed(Line line, String name) {
        return name + line.text().substring(line.words().orElseThrow().get(0).length());
    }

    /** Redis 8 brings modules whose settings look like the server's own. */
    private static boolean isOfModule(Subject subject, String name) {
        return subject.release().isFrom("redis", "8.0") && name.matches("(search|ts|bf|cf|vset)-.+");
    }

    private static void moduleUnknown(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            if (isForServer(subject, line) && KNOWN.find(line.name()).isEmpty() && isOfModule(subject, line.name())) {
                found.add(
                        line.place(),
                        line.name() + " looks like a setting of a module, but is not known.",
                        KNOWN.nearest(line.name(), subject.release())
                                .map(known -> "Write " + known + ", if that is meant.")
                                .orElse("Compare it with CONFIG GET of a server that has the module."));
            }
        }
    }

    private static void otherRelease(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            Optional<Directive> known = isForServer(subject, line) ? KNOWN.find(line.name()) : Optional.empty();
            if (known.isEmpty() || isKnown(known.get(), line.name(), subject.release())) {
                continue;
            }
            Directive directive = known.get();
            boolean newerName = directive.exists(subject.release());
            String release = subject.release().spoken();
            if (newerName) {
                found.add(
                        line.place(),
                        line.name() + " is called " + directive.name() + " in " + release + ".",
                        "Write " + directive.name() + ".",
                        Edit.replace(
                                line, renamed(line, directive.name()), line.name() + " became " + directive.name()));
            } else {
                found.add(
                        line.place(),
                        line.name() + " is a directive of " + directive.existence() + ", and the file is checked for "
                                + release + ".",
                        "Remove the line, or say with --for which release will read the file.",
                        Edit.out(line, line.name() + " taken out, unknown to " + release));
            }
        }
    }

    private static void value(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            Optional<String> wrong = complaint(subject, line);
            if (wrong.isPresent() && commentAt(subject, line).isEmpty()) {
                Directive directive = KNOWN.find(line.name()).orElseThrow();
                found.add(
                        line.place(),
                        line.name() + ": " + wrong.get() + ".",
                        "Give " + directive.kind(subject.release()).wanted() + ".");
            }
        }
    }

    private static void overflow(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            boolean memory = KNOWN.find(line.name())
                    .map(directive -> directive.kind(subject.release()))
                    .filter(kind -> kind instanceof ValueKind.Whole whole && whole.memory()
                            || kind instanceof ValueKind.MemoryOrPercent)
                    .isPresent();
            if (memory
                    && line.arguments().size() == 1
                    && Numbers.overflows(line.arguments().get(0))) {
                found.add(
                        line.place(),
                        line.name() + " is " + shown(line.arguments().get(0)) + ", more than 2^63 bytes.",
                        "Give the number that is meant, such as 4gb.");
            }
        }
    }

    private static void include(Subject subject, Found found, boolean certain) {
        subject.file()
                .ifPresent(file -> file.problems().stream()
                        .filter(problem -> problem.certain() == certain)
                        .forEach(problem -> found.add(
                                problem.line().place(),
                                problem.what() + ".",
                                certain
                                        ? "Remove the include that leads back."
                                        : "Put the file there, or give its whole path.")));
    }

    private static Optional<String> userComplaint(Subject subject, Line line) {
        List<String> words = line.arguments();
        return words.isEmpty()
                ? Optional.empty()
                : new User(words.get(0), words.subList(1, words.size()), line.place()).complaint(subject.release());
    }

    private static void userRules(Subject subject, Found found) {
        for (Line line : subject.linesOf("user")) {
            Optional<String> wrong = userComplaint(subject, line);
            if (wrong.isPresent() && commentAt(subject, line).isEmpty()) {
                found.add(
                        line.place(),
                        "In user " + line.arguments().get(0) + " " + wrong.get() + ".",
                        "Write rules such as on, >password, ~key*, &channel*, +command, -command, +@category.");
            }
        }
    }

    private static void userTwice(Subject subject, Found found) {
        Set<String> seen = new HashSet<>();
        for (Line line : subject.linesOf("user")) {
            if (!line.arguments().isEmpty() && !seen.add(line.arguments().get(0))) {
                found.add(
                        line.place(),
                        "User " + line.arguments().get(0) + " is defined before.",
                        "Put all rules of a user on one line.");
            }
        }
    }

    private static void usersInTwoPlaces(Subject subject, Found found) {
        List<Line> users = subject.linesOf("user");
        if (!subject.text("aclfile").isEmpty() && !users.isEmpty()) {
            found.add(
                    users.get(0).place(),
                    "The file has user lines and names an ACL file as well.",
                    "Move the user lines into the ACL file.");
        }
    }

    private static void renamedUnknown(Subject subject, Found found) {
        boolean listed = subject.release().toString().equals("redis-7.0");
        Set<String> gone = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (Line line : subject.linesOf("rename-command")) {
            List<String> words = line.arguments().stream()
                    .map(word -> word.toLowerCase(Locale.ROOT))
                    .toList();
            if (words.size() != 2) {
                continue;
            }
            String from = words.get(0);
            String to = words.get(1);
            boolean exists = taken.contains(from) || !gone.contains(from) && (Commands.known(from) || !listed);
            gone.add(from);
            taken.remove(from);
            boolean free = to.isEmpty() || !taken.contains(to) && (gone.contains(to) || !Commands.known(to));
            Optional<String> slip = taken.contains(from) ? Optional.empty() : Commands.slipOf(from);
            if (!listed && slip.isPresent()) {
                found.add(
                        WARNING,
                        line.place(),
                        "There may be no command " + from.toUpperCase(Locale.ROOT) + ".",
                        "Write " + slip.get().toUpperCase(Locale.ROOT) + ", if that is meant.");
            }
            if (!exists || !free) {
                found.add(
                        line.place(),
                        exists
                                ? "There is a command " + to.toUpperCase(Locale.ROOT) + " already."
                                : "There is no command " + from.toUpperCase(Locale.ROOT)
                                        + (Commands.known(from)
                                                ? " any more, a line above renamed it."
                                                : " in Redis 7.0."),
                        "Correct the name or remove the line.");
            }
            if (!to.isEmpty()) {
                taken.add(to);
            }
        }
    }

    private static void replicaOfInCluster(Subject subject, Found found) {
        if (subject.isCluster() && subject.isReplica()) {
            found.add(
                    subject.place("replicaof"),
                    "replicaof is given on a node of a cluster.",
                    "Remove the line and call CLUSTER REPLICATE on the node.");
        }
    }

    private static void listensNowhere(Subject subject, Found found) {
        if (!subject.isUsersFile()
                && subject.number("port") == 0
                && subject.number("tls-port") == 0
                && subject.text("unixsocket").isEmpty()) {
            found.add(
                    subject.place("port"),
                    "port is 0 and there is neither tls-port nor unixsocket.",
                    "Give one of them.");
        }
    }

    private static void portTwice(Subject subject, Found found) {
        Map<Long, String> taken = new HashMap<>();
        for (String name : List.of("port", "tls-port", "cluster-port")) {
            long port = subject.number(name);
            boolean used = port != 0 && (!name.equals("cluster-port") || subject.isCluster());
            String before = used ? taken.putIfAbsent(port, name) : null;
            if (before != null) {
                found.add(
                        subject.place(name),
                        name + " and " + before + " are both " + port + ".",
                        "Give another port, or " + before + " 0.");
            }
        }
    }

    private static void tls(Subject subject, Found found) {
        boolean on =
                subject.number("tls-port") != 0 || subject.isYes("tls-replication") || subject.isYes("tls-cluster");
        if (!on) {
            return;
        }
        String asks = subject.number("tls-port") != 0
                ? "tls-port"
                : subject.isYes("tls-replication") ? "tls-replication" : "tls-cluster";
        for (String needed : List.of("tls-cert-file", "tls-key-file")) {
            if (subject.text(needed).isEmpty()) {
                found.add(subject.place(asks), asks + " is given without " + needed + ".", needed + " /path/to/file");
            }
        }
        boolean verifies = !subject.is("tls-auth-clients", "no")
                || subject.isYes("tls-replication")
                || subject.isYes("tls-cluster");
        if (verifies
                && subject.text("tls-ca-cert-file").isEmpty()
                && subject.text("tls-ca-cert-dir").isEmpty()) {
            found.add(
                    subject.place(asks),
                    asks + " is given without tls-ca-cert-file or tls-ca-cert-dir.",
                    "Give one of them, or tls-auth-clients no where clients show no certificate.");
        }
    }

    private static void busPort(Subject subject, Found found) {
        long port = subject.isYes("tls-cluster") ? subject.number("tls-port") : subject.number("port");
        if (subject.isCluster() && subject.number("cluster-port") == 0 && port > 55_535) {
            found.add(
                    subject.place("port"),
                    "The bus port would be " + (port + 10_000) + ".",
                    "Give cluster-port or a lower port.");
        }
    }

    private static void moduleSetting(Subject subject, Found found) {
        if (subject.isUsersFile() || !subject.linesOf("loadmodule").isEmpty()) {
            return;
        }
        for (Line line : subject.lines()) {
            if (line.words().isPresent() && line.name().indexOf('.') >= 0) {
                found.add(
                        line.place(),
                        shown(line.name()) + " is a setting of a module, and no module is loaded.",
                        "Add loadmodule, or remove the line.");
            }
        }
    }

    private static void activeDefrag(Subject subject, Found found) {
        Optional<Line> line = subject.line("activedefrag");
        boolean jemalloc =
                subject.allocator().filter(name -> name.contains("jemalloc")).isPresent();
        if (line.isEmpty() || !subject.isYes("activedefrag") || jemalloc) {
            return;
        }
        found.add(
                subject.allocator().isPresent() ? ERROR : WARNING,
                line.get().place(),
                "activedefrag is on, and "
                        + subject.allocator()
                                .map(name -> "the server uses " + name + ".")
                                .orElse("not every build can do it."),
                "Take it out of the file and try CONFIG SET activedefrag yes on the running server.",
                Optional.of(Edit.out(line.get(), "activedefrag taken out; try CONFIG SET activedefrag yes")));
    }

    private static void variables(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            if (line.text().matches(".*(\\$\\{\\w+[^}]*}|\\{\\{.*}}|\\s>?\\$[A-Z_]{3,}).*")) {
                found.add(
                        line.place(),
                        shown(line.name()) + " holds a variable or place of a template.",
                        "Let a start script fill it in, with envsubst for example.");
            }
        }
    }

    /** Only whole paths: others begin at the server's working directory. */
    private static void paths(Subject subject, Found found) {
        if (subject.file().isEmpty()
                || subject.isUsersFile()
                || subject.machine().equals(Machine.UNKNOWN)) {
            return;
        }
        for (String name : NEEDED) {
            subject.line(name)
                    .filter(line -> isMissing(line.arguments().get(0)))
                    .ifPresent(line -> found.add(
                            line.place(),
                            name + " names " + line.arguments().get(0) + ", which is not here.",
                            "Create it, or correct the path."));
        }
        for (Line module : subject.linesOf("loadmodule")) {
            if (!module.arguments().isEmpty() && isMissing(module.arguments().get(0))) {
                found.add(
                        module.place(),
                        "loadmodule names " + module.arguments().get(0) + ", which is not here.",
                        "Install the module, or correct the path.");
            }
        }
        subject.line("logfile")
                .filter(line -> line.arguments().get(0).lastIndexOf('/') > 0)
                .filter(line -> isMissing(line.arguments().get(0).replaceAll("/[^/]*$", "")))
                .ifPresent(line -> found.add(
                        line.place(),
                        "logfile is " + line.arguments().get(0) + ", and its folder is not here.",
                        "Create the folder, or correct the path."));
    }

    private static boolean isMissing(String path) {
        return path.startsWith("/") && path.indexOf('\0') < 0 && !Files.exists(Path.of(path));
    }

    private static void twice(Subject subject, Found found) {
        Map<String, Line> seen = new HashMap<>();
        for (Line line : subject.lines()) {
            Optional<Directive> known = subject.isUsersFile() ? Optional.empty() : KNOWN.find(line.name());
            known.filter(directive -> !directive.adds()).ifPresent(directive -> {
                Line before = seen.put(directive.name(), line);
                if (before != null) {
                    boolean same = before.arguments().equals(line.arguments());
                    found.add(
                            same ? INFO : WARNING,
                            before.place(),
                            directive.name() + " is given again in " + line.place()
                                    + (same ? " with the same value." : "."),
                            "Keep one of the two lines.",
                            Optional.of(Edit.out(before, directive.name() + " taken out, given again below")));
                }
            });
        }
    }

    private static void emptySave(Subject subject, Found found) {
        List<Line> lines = subject.linesOf("save");
        for (int i = 1; i < lines.size(); i++) {
            if (String.join("", lines.get(i).arguments()).isEmpty()) {
                found.add(
                        lines.get(i).place(),
                        "save \"\" stands behind " + lines.get(0).place() + ".",
                        "Remove the other save lines to switch snapshots off, or this one to keep them.");
            }
        }
    }

    private static void ignored(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            KNOWN.find(line.name())
                    .filter(directive -> !subject.isUsersFile() && directive.isIgnored(subject.release()))
                    .ifPresent(directive -> found.add(
                            line.place(),
                            subject.release().spoken() + " ignores " + line.name() + ".",
                            "Remove the line.",
                            Edit.out(line, line.name() + " taken out, without effect")));
        }
    }

    private static void oldName(Subject subject, Found found) {
        for (Line line : subject.lines()) {
            KNOWN.find(line.name())
                    .filter(directive -> directive.aliases().stream()
                            .anyMatch(alias -> alias.isOld() && alias.name().equals(line.name())))
                    .ifPresent(directive -> found.add(
                            line.place(),
                            line.name() + " is the old name of " + directive.name() + ".",
                            "Write " + directive.name() + ".",
                            Edit.replace(
                                    line,
                                    renamed(line, directive.name()),
                                    line.name() + " became " + directive.name())));
        }
    }

    private static void oldClass(Subject subject, Found found) {
        for (Line line : subject.linesOf("client-output-buffer-limit")) {
            if (line.arguments().stream().anyMatch("slave"::equalsIgnoreCase)) {
                found.add(
                        line.place(),
                        "The class of output buffers is called slave.",
                        "Write replica.",
                        Edit.replace(
                                line,
                                line.text().replaceAll("(?i)(\\s)slave(?=\\s)", "$1replica"),
                                "slave became replica"));
            }
        }
    }

    private static void renamed(Subject subject, Found found) {
        for (Line line : subject.linesOf("rename-command")) {
            if (line.arguments().size() == 2) {
                found.add(
                        line.place(),
                        line.arguments().get(0).toUpperCase(Locale.ROOT) + " is renamed or removed.",
                        "Give users the rights they need instead: user app on >... ~app:* +@all -@dangerous.");
            }
        }
    }
}
