package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.LINES;
import static dev.keywright.ops.config.Rule.Reads.SETTINGS;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.config.Rule.Found;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Settings that promise something and, without another one, do nothing; the server says no word about it. */
final class HalfRules {

    /**
     * Directives that need another one.
     *
     * @param names a pattern of their names
     * @param needs what is missing, for people
     */
    private record Half(String names, String needs, Predicate<Subject> works) {}

    private static final List<Half> HALVES = List.of(
            new Half(
                    "unixsocketperm",
                    "unixsocket",
                    subject -> !subject.text("unixsocket").isEmpty()),
            new Half("syslog-(ident|facility)", "syslog-enabled yes", subject -> subject.isYes("syslog-enabled")),
            new Half("io-threads-do-reads", "io-threads of 2 or more", subject -> subject.number("io-threads") > 1),
            new Half(
                    "min-replicas-max-lag",
                    "min-replicas-to-write",
                    subject -> subject.number("min-replicas-to-write") > 0),
            new Half(
                    "replica-announce-port",
                    "replica-announce-ip",
                    subject -> !subject.text("replica-announce-ip").isEmpty()),
            new Half(
                    "repl-diskless-sync-delay",
                    "repl-diskless-sync yes",
                    subject -> subject.isYes("repl-diskless-sync")),
            new Half(
                    "auto-aof-rewrite-.*|no-appendfsync-on-rewrite|aof-.*|appenddirname",
                    "appendonly yes",
                    subject -> subject.isYes("appendonly")));

    private HalfRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "password-void",
                        ERROR,
                        SETTINGS,
                        "requirepass that rules of users make void",
                        "A user line or ACL file that does not give the default user a password lets everybody in,"
                                + " whatever requirepass says.",
                        HalfRules::passwordVoid),
                new Rule(
                        "masteruser-without-masterauth",
                        ERROR,
                        SETTINGS,
                        "a user for the master, and no password",
                        "Without masterauth the server does not log in at all, and replication does not start.",
                        (subject, found) -> {
                            if (!subject.text("masteruser").isEmpty()
                                    && subject.text("masterauth").isEmpty()) {
                                found.add(
                                        subject.isReplica() ? ERROR : WARNING,
                                        subject.place("masteruser"),
                                        "masteruser is given and masterauth is not.",
                                        "Give masterauth with the password of that user.");
                            }
                        }),
                new Rule(
                        "tls-unused",
                        WARNING,
                        SETTINGS,
                        "certificates and no port for TLS",
                        "Nothing is encrypted.",
                        (subject, found) -> {
                            boolean on = subject.number("tls-port") != 0
                                    || subject.isYes("tls-replication")
                                    || subject.isYes("tls-cluster");
                            if (!on && !subject.text("tls-cert-file").isEmpty()) {
                                found.add(
                                        subject.place("tls-cert-file"),
                                        "tls-cert-file is given and tls-port is 0.",
                                        "tls-port 6379 and port 0");
                            }
                        }),
                new Rule(
                        "half-setting",
                        INFO,
                        LINES,
                        "a setting without the one it needs",
                        "It has no effect, and the server does not say so.",
                        HalfRules::halves));
    }

    private static void halves(Subject subject, Found found) {
        for (ConfFile.Line line : subject.lines()) {
            Optional<Directive> known = Directives.known().find(line.name());
            if (known.isEmpty()
                    || subject.line(known.get().name()).filter(line::equals).isEmpty()) {
                continue;
            }
            String name = known.get().name();
            HALVES.stream()
                    .filter(half -> name.matches(half.names()) && !half.works().test(subject))
                    .filter(half -> !line.arguments().equals(List.of(known.get().defaultValue(subject.release()))))
                    .forEach(half -> found.add(
                            line.place(),
                            name + " is given without " + half.needs() + ".",
                            "Give " + half.needs() + ", or remove the line."));
        }
    }

    private static void passwordVoid(Subject subject, Found found) {
        if (subject.text("requirepass").isEmpty() || subject.isUsersFile()) {
            return;
        }
        String file = subject.text("aclfile");
        boolean told = subject.live().isPresent() || file.isEmpty();
        Optional<List<User>> users = told ? Optional.of(subject.users()) : usersOf(subject, file);
        if (users.isEmpty()) {
            found.add(
                    WARNING,
                    subject.place("requirepass"),
                    "requirepass stands beside aclfile, which cannot be read here; the default user is as that file"
                            + " says, and open when it says nothing.",
                    "user default on >... in the ACL file, or user default off; and no requirepass.");
            return;
        }
        Optional<User> standard = users.get().stream()
                .filter(user -> user.name().equals("default"))
                .reduce((first, last) -> last);
        boolean open =
                standard.map(user -> user.isOn() && user.needsNoPassword()).orElse(!file.isEmpty());
        if (open) {
            found.add(
                    subject.place("requirepass"),
                    standard.isPresent()
                            ? "requirepass is given, and the rules of user default let everybody in."
                            : "requirepass is given, and the ACL file does not define user default, who then needs no"
                                    + " password.",
                    "Give user default a password where users are defined, or switch it off.");
        }
    }

    /** Users of an ACL file, where it is here: whole paths, and names beside the conf file. */
    private static Optional<List<User>> usersOf(Subject subject, String name) {
        try {
            Path beside = subject.file()
                    .flatMap(ConfFile::folder)
                    .map(folder -> folder.resolve(name))
                    .orElse(Path.of(name));
            return Files.isReadable(beside)
                    ? Optional.of(Subject.file(
                                    ConfFile.read(beside),
                                    subject.release(),
                                    Machine.UNKNOWN,
                                    Optional.empty(),
                                    Optional.empty())
                            .users())
                    : Optional.empty();
        } catch (OpsException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }
}
