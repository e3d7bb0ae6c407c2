package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.LINES;
import static dev.keywright.ops.config.Rule.Reads.SETTINGS;
import static dev.keywright.ops.config.Rule.Reads.USERS;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.config.Rule.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/** Who may reach the server and what they may do there. No password or hash is ever repeated. */
final class SecurityRules {

    private static final double STRONG_BITS = 128;
    private static final double LOG_2 = Math.log(2);

    private SecurityRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "open-to-everybody",
                        ERROR,
                        SETTINGS,
                        "reachable from outside, no password, protected-mode off",
                        "Anybody who reaches the port reads and deletes everything, and takes over the machine with"
                                + " it; such servers are found within hours.",
                        SecurityRules::open),
                new Rule(
                        "no-password",
                        WARNING,
                        SETTINGS,
                        "reachable from outside and no password",
                        "Only protected-mode keeps strangers out, and it refuses your own clients on other hosts as"
                                + " well.",
                        (subject, found) -> {
                            if (subject.listensToOthers() && subject.isOpen() && subject.isYes("protected-mode")) {
                                found.add(
                                        subject.place("protected-mode"),
                                        "The server listens on " + subject.text("bind")
                                                + " and the default user has no password.",
                                        "requirepass <64 characters of ACL GENPASS>, or bind 127.0.0.1 -::1.");
                            }
                        }),
                new Rule(
                        "protected-mode-off",
                        INFO,
                        SETTINGS,
                        "protected-mode off",
                        "The last guard is gone when the password is ever taken away.",
                        (subject, found) -> {
                            if (subject.is("protected-mode", "no")
                                    && !(subject.listensToOthers() && subject.isOpen())) {
                                found.add(
                                        subject.place("protected-mode"),
                                        "protected-mode is no.",
                                        subject.set("protected-mode", "yes"));
                            }
                        }),
                new Rule(
                        "listens-everywhere",
                        WARNING,
                        SETTINGS,
                        "every interface is listened on",
                        "A public interface of the machine serves Redis as well.",
                        (subject, found) -> {
                            if (subject.listensToOthers()
                                    && subject.text("bind").matches("(.* )?-?(\\*|0\\.0\\.0\\.0|::\\*?)( .*)?")) {
                                found.add(
                                        subject.isGiven("bind") ? WARNING : INFO,
                                        subject.place("bind"),
                                        "bind is " + subject.text("bind") + ".",
                                        "Name the addresses your clients use: bind 127.0.0.1 <address>.");
                            }
                        }),
                new Rule(
                        "bind-must-exist",
                        INFO,
                        SETTINGS,
                        "the loopback of IPv6 without a dash",
                        "On a machine or in a container without IPv6 the server does not start.",
                        (subject, found) -> {
                            if (List.of(subject.text("bind").split(" +")).contains("::1")) {
                                found.add(
                                        subject.place("bind"),
                                        "bind names ::1, which must be there.",
                                        "Write -::1, which may be missing.");
                            }
                        }),
                new Rule(
                        "no-tls",
                        INFO,
                        SETTINGS,
                        "reachable from outside without TLS",
                        "Passwords and data cross the network in clear text.",
                        (subject, found) -> {
                            if (subject.listensToOthers()
                                    && subject.number("port") != 0
                                    && subject.number("tls-port") == 0) {
                                found.add(
                                        subject.place("port"),
                                        "Clients connect to port " + subject.number("port") + " without TLS.",
                                        "port 0, tls-port 6379, tls-cert-file, tls-key-file and tls-ca-cert-file,"
                                                + " unless the network is your own.");
                            }
                        }),
                new Rule(
                        "tls-beside-plain",
                        INFO,
                        SETTINGS,
                        "TLS beside a plain port",
                        "Clients may go on without TLS and nobody notices.",
                        (subject, found) -> {
                            if (subject.number("tls-port") != 0
                                    && subject.number("port") != 0
                                    && subject.listensToOthers()) {
                                found.add(
                                        subject.place("port"),
                                        "port is " + subject.number("port") + " beside tls-port.",
                                        "port 0");
                            }
                        }),
                new Rule(
                        "tls-replication-plain",
                        WARNING,
                        SETTINGS,
                        "TLS for clients, none between servers",
                        "The same data crosses the network in clear text between the servers.",
                        (subject, found) -> {
                            boolean plain = subject.isCluster()
                                    ? !subject.isYes("tls-cluster")
                                    : !subject.isYes("tls-replication");
                            if (subject.number("tls-port") != 0 && subject.isReplicated() && plain) {
                                found.add(
                                        subject.place("tls-port"),
                                        "tls-port is given and "
                                                + (subject.isCluster() ? "tls-cluster" : "tls-replication") + " is no.",
                                        subject.set(subject.isCluster() ? "tls-cluster" : "tls-replication", "yes"));
                            }
                        }),
                new Rule(
                        "tls-old-version",
                        WARNING,
                        SETTINGS,
                        "old versions of TLS",
                        "TLS 1.0 and 1.1 are broken.",
                        (subject, found) -> {
                            if (subject.text("tls-protocols").matches("(?i).*TLSv1(\\.1)?( .*|$)")) {
                                found.add(
                                        subject.place("tls-protocols"),
                                        "tls-protocols is " + subject.text("tls-protocols") + ".",
                                        subject.set("tls-protocols", "\"TLSv1.2 TLSv1.3\""));
                            }
                        }),
                new Rule(
                        "weak-password",
                        WARNING,
                        SETTINGS,
                        "a password that can be guessed",
                        "Redis answers hundreds of thousands of tries a second; 128 bits withstand that, ACL GENPASS"
                                + " gives 256.",
                        SecurityRules::weakPassword),
                new Rule(
                        "debug-allowed",
                        WARNING,
                        SETTINGS,
                        "DEBUG allowed to everybody",
                        "One call stops or crashes the server.",
                        (subject, found) -> allowed(subject, found, "enable-debug-command")),
                new Rule(
                        "module-loading-allowed",
                        WARNING,
                        SETTINGS,
                        "loading of modules allowed to everybody",
                        "An intruder who can write a file runs code of his own.",
                        (subject, found) -> allowed(subject, found, "enable-module-command")),
                new Rule(
                        "dir-change-allowed",
                        WARNING,
                        SETTINGS,
                        "dir and dbfilename may be changed by everybody",
                        "An intruder writes files wherever the server may, such as keys for ssh.",
                        (subject, found) -> allowed(subject, found, "enable-protected-configs")),
                new Rule(
                        "default-user-wide-open",
                        WARNING,
                        USERS,
                        "the default user needs no password",
                        "Whoever connects is this user.",
                        (subject, found) -> subject.users().stream()
                                .filter(user -> user.name().equals("default") && user.isOn() && user.needsNoPassword())
                                .filter(user -> user.mayDoAnything())
                                .reduce((first, last) -> last)
                                .ifPresent(user -> found.add(
                                        subject.live().isPresent() && !subject.listensToOthers() ? INFO : WARNING,
                                        user.place(),
                                        "User default is on, needs no password and may call any command.",
                                        "user default off, once every client logs in as a user of its own."))),
                new Rule(
                        "nobody-can-log-in",
                        ERROR,
                        USERS,
                        "no user who may connect",
                        "No client gets in, people and monitoring included; only a start with other users helps.",
                        (subject, found) -> {
                            List<User> users = subject.users();
                            boolean standard =
                                    users.stream().anyMatch(user -> user.name().equals("default"));
                            if (standard && users.stream().noneMatch(User::canLogIn)) {
                                found.add(
                                        users.get(users.size() - 1).place(),
                                        "Every user is off or has no password.",
                                        "Switch one on and give it a password: user admin on #<SHA-256> ~* &* +@all");
                            }
                        }),
                new Rule(
                        "user-without-password",
                        WARNING,
                        USERS,
                        "a user who needs no password",
                        "Whoever knows the name is in.",
                        (subject, found) -> subject.users().stream()
                                .filter(user -> !user.name().equals("default") && user.isOn() && user.needsNoPassword())
                                .forEach(user -> found.add(
                                        user.place(),
                                        "User " + user.name() + " is on with nopass.",
                                        "ACL SETUSER " + user.name() + " resetpass >..."))),
                new Rule(
                        "user-too-mighty",
                        WARNING,
                        USERS,
                        "a user who may do anything",
                        "A stolen password of an application then costs everything: CONFIG, FLUSHALL, SHUTDOWN.",
                        (subject, found) -> subject.users().stream()
                                .filter(user -> !user.name().equals("default") && user.isOn() && user.mayDoAnything())
                                .forEach(user -> found.add(
                                        user.place(),
                                        "User " + user.name() + " may call dangerous commands"
                                                + (user.seesEveryKey() ? " and use every key." : "."),
                                        "Keep one such user for people; give programs ~app:* +@all -@dangerous"
                                                + " -@admin."))),
                new Rule(
                        "monitor-user-too-wide",
                        WARNING,
                        USERS,
                        "a user for monitoring who may read or write data",
                        "Its password lies in the configuration of another program, and figures need no data.",
                        (subject, found) -> subject.users().stream()
                                .filter(user -> user.isOn()
                                        && user.name()
                                                .matches(
                                                        "(?i).*(exporter|monitor|metrics|prometheus|datadog|telegraf|zabbix).*")
                                        && user.reachesData())
                                .forEach(user -> found.add(
                                        user.place(),
                                        "User " + user.name() + " may call commands on data with the keys it has.",
                                        "-@all +info +ping +client|list +client|setname +config|get +slowlog|get"
                                                + " +slowlog|len +latency|latest +cluster|info, without keys."))),
                new Rule(
                        "user-weak-password",
                        WARNING,
                        USERS,
                        "a user's password that can be guessed",
                        "Redis answers hundreds of thousands of tries a second; 128 bits withstand that, ACL GENPASS"
                                + " gives 256.",
                        (subject, found) -> subject.users().stream()
                                .filter(user ->
                                        user.passwords().stream().anyMatch(password -> bits(password) < STRONG_BITS))
                                .forEach(user -> found.add(
                                        user.place(),
                                        "A password of user " + user.name() + " has fewer than " + (int) STRONG_BITS
                                                + " bits.",
                                        "Take one from ACL GENPASS."))),
                new Rule(
                        "passwords-in-clear",
                        INFO,
                        LINES,
                        "passwords of users in clear text",
                        "Whoever reads the file or a backup of it knows them; a hash serves as well.",
                        (subject, found) -> subject.users().stream()
                                .filter(user -> !user.passwords().isEmpty())
                                .forEach(user -> found.add(
                                        user.place(),
                                        "User " + user.name() + " has a password in clear text.",
                                        "Replace >password by # and its SHA-256 in hexadecimal."))),
                new Rule(
                        "secrets-readable",
                        WARNING,
                        LINES,
                        "a file with passwords that everybody may read",
                        "Every user of the machine knows the passwords.",
                        SecurityRules::readable),
                new Rule(
                        "release-unsupported",
                        WARNING,
                        SETTINGS,
                        "a release that gets no more fixes",
                        "Known holes stay open.",
                        (subject, found) -> subject.release()
                                .tooOld()
                                .ifPresent(release -> found.add(
                                        subject.place(),
                                        "This is " + release + ".",
                                        "Upgrade to Redis 7.2 or Valkey 8 or newer."))),
                new Rule(
                        "unixsocket-for-everybody",
                        WARNING,
                        SETTINGS,
                        "a Unix socket every user may write to",
                        "Every user of the machine is a client, and protected-mode does not apply.",
                        (subject, found) -> {
                            String mode = subject.text("unixsocketperm");
                            if (!subject.text("unixsocket").isEmpty() && mode.matches(".*[2367]") && subject.isOpen()) {
                                found.add(
                                        subject.place("unixsocketperm"),
                                        "unixsocketperm is " + mode + ".",
                                        "unixsocketperm 770");
                            }
                        }));
    }

    private static void open(Subject subject, Found found) {
        if (subject.isSentinel() || subject.isUsersFile()) {
            return;
        }
        if (subject.listensToOthers() && subject.isOpen() && subject.is("protected-mode", "no")) {
            found.add(
                    subject.place("protected-mode"),
                    "The server listens on " + subject.text("bind")
                            + ", protected-mode is no and the default user has no password.",
                    "requirepass <64 characters of ACL GENPASS>, protected-mode yes and bind 127.0.0.1 <address>.");
        }
    }

    private static void weakPassword(Subject subject, Found found) {
        String password = subject.text("requirepass");
        if (!password.isEmpty() && bits(password) < STRONG_BITS) {
            found.add(
                    subject.place("requirepass"),
                    "requirepass has about " + (int) bits(password) + " bits at best.",
                    "Take the 64 characters ACL GENPASS gives.");
        }
    }

    /** Bits of a password if its characters were chosen by chance from the classes it uses; repeats count little. */
    static double bits(String password) {
        int classes = 0;
        classes += password.chars().anyMatch(c -> c >= 'a' && c <= 'z') ? 26 : 0;
        classes += password.chars().anyMatch(c -> c >= 'A' && c <= 'Z') ? 26 : 0;
        classes += password.chars().anyMatch(c -> c >= '0' && c <= '9') ? 10 : 0;
        classes += password.chars().anyMatch(c -> !Character.isLetterOrDigit(c)) ? 33 : 0;
        classes = password.matches("[0-9a-f]+|[0-9A-F]+") ? 16 : classes;
        long different = password.chars().distinct().count();
        double length = Math.min(password.length(), different * 6.0);
        return length * Math.log(Math.max(classes, 2)) / LOG_2;
    }

    private static void allowed(Subject subject, Found found, String directive) {
        if (!subject.is(directive, "no")) {
            found.add(
                    subject.isYes(directive) ? WARNING : INFO,
                    subject.place(directive),
                    directive + " is " + subject.text(directive) + ".",
                    directive + " no");
        }
    }

    private static void readable(Subject subject, Found found) {
        boolean secrets = subject.lines().stream()
                .filter(line -> !line.name().equals("user")
                        || line.written().stream().anyMatch(word -> word.startsWith(">") || word.startsWith("#")))
                .anyMatch(line -> Directives.known()
                        .find(line.name())
                        .filter(Directive::secret)
                        .isPresent());
        if (!secrets || subject.file().isEmpty()) {
            return;
        }
        try {
            Path file = Path.of(subject.file().get().name());
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                found.add(
                        Place.whole(subject.name()),
                        "Everybody on this machine may read the file.",
                        "chmod 640 " + subject.name());
            }
        } catch (IOException | UnsupportedOperationException | InvalidPathException e) {
            // A text that is no file here has no permissions to judge.
        }
    }
}
