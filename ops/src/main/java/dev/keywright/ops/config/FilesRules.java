package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.ConfSet.Link;
import dev.keywright.ops.config.ConfSet.Watched;
import dev.keywright.ops.config.Rule.Found;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the files of one deployment say of each other: whether its servers and Sentinels can work together. */
final class FilesRules {

    private static final String LOOPBACK = "127\\..*|::1|localhost";
    private static final Set<String> OF_SENTINEL =
            Set.of("config", "replicaof", "slaveof", "info", "ping", "publish", "subscribe", "multi", "exec", "client");

    private FilesRules() {}

    /** Looks at all files together. */
    private interface OfSet {
        void look(ConfSet set, Found found);
    }

    static List<Rule> all() {
        return List.of(
                rule(
                        "replica-cannot-log-in",
                        ERROR,
                        "a replica whose master does not let it in",
                        "Replication never starts: the link stays down, and only the replica's log says so.",
                        FilesRules::replicaLogin),
                rule(
                        "master-cannot-return",
                        WARNING,
                        "a master that could not become a replica of its replica",
                        "After a failover it cannot log in at the new master, and stays without its data.",
                        FilesRules::masterLogin),
                rule(
                        "master-only-local",
                        ERROR,
                        "a master that listens on loopback, with replicas elsewhere",
                        "No replica on another host reaches it.",
                        FilesRules::local),
                rule(
                        "tls-differs-between-servers",
                        ERROR,
                        "one of master and replica speaks TLS where the other does not",
                        "Replication never starts.",
                        FilesRules::tls),
                rule(
                        "min-replicas-not-there",
                        ERROR,
                        "more replicas demanded for a write than there are",
                        "The master refuses every write with NOREPLICAS.",
                        FilesRules::minReplicas),
                rule(
                        "servers-share-files",
                        WARNING,
                        "servers that write the same files",
                        "On one host they overwrite each other's data or identity.",
                        FilesRules::sameFiles),
                rule(
                        "cluster-mixed",
                        WARNING,
                        "nodes of a cluster beside servers that are none",
                        "A server without cluster-enabled cannot join.",
                        FilesRules::mixed),
                rule(
                        "renamed-differently",
                        WARNING,
                        "commands renamed on one server of a set only",
                        "A replica gets commands by the master's names and does not know them; after a failover clients"
                                + " fail.",
                        FilesRules::renames),
                rule(
                        "users-file-unused",
                        WARNING,
                        "an ACL file that no server names",
                        "Its users do not exist.",
                        FilesRules::unused),
                rule(
                        "sentinel-cannot-log-in",
                        ERROR,
                        "a Sentinel that the master does not let in",
                        "The master looks down to it, and a failover is tried for nothing.",
                        FilesRules::sentinelLogin),
                rule(
                        "sentinel-watches-nobody",
                        WARNING,
                        "a Sentinel that watches a port none of the servers has",
                        "The master looks down to it for ever.",
                        FilesRules::nobody),
                rule(
                        "sentinel-watches-replica",
                        WARNING,
                        "a Sentinel that watches a server whose file makes it a replica",
                        "It says it is no master, and counts as down.",
                        FilesRules::replica),
                rule(
                        "sentinel-needs-command",
                        ERROR,
                        "a command Sentinel needs, renamed on the master",
                        "Sentinel cannot reconfigure the server, and failovers do not end.",
                        FilesRules::needed),
                rule(
                        "sentinels-disagree",
                        WARNING,
                        "Sentinels that watch one master in different ways",
                        "Which settings hold depends on who leads the failover.",
                        FilesRules::disagree),
                rule(
                        "sentinel-identity-twice",
                        ERROR,
                        "two Sentinels with one identity",
                        "They take each other for themselves: the set has a Sentinel less than it seems.",
                        FilesRules::identity),
                rule(
                        "sentinel-set",
                        ERROR,
                        "too few files of Sentinels for a majority or for the quorum",
                        "A failover needs the votes of a majority of all Sentinels.",
                        FilesRules::count));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, OfSet check) {
        return new Rule(
                id,
                severity,
                Rule.Reads.FILES,
                finds,
                why,
                (group, found) -> check.look(new ConfSet(group.nodes()), found));
    }

    private static void replicaLogin(ConfSet set, Found found) {
        for (Link link : set.links()) {
            String password = link.replica().text("masterauth");
            String user = link.replica().text("masteruser");
            Place place = link.replica().place(password.isEmpty() ? "replicaof" : "masterauth");
            loginFails(set, link.replica(), link.master())
                    .ifPresent(wrong -> found.add(
                            place,
                            wrong + ", " + link.master().name() + ".",
                            user.isEmpty()
                                    ? "Give masterauth with the password of the master, requirepass there; none where"
                                            + " it has none."
                                    : "Define user " + user + " on the master with masterauth's password and +psync"
                                            + " +replconf +ping."));
        }
    }

    /** Why a server could not log in at another one; passwords are compared, never told. */
    private static Optional<String> loginFails(ConfSet set, Subject follower, Subject leader) {
        String password = follower.text("masterauth");
        String user = follower.text("masteruser");
        boolean open = set.accepts(leader, "", "").orElse(true);
        if (password.isEmpty()) {
            return open ? Optional.empty() : Optional.of("There is no masterauth, and the master wants a password");
        }
        if (user.isEmpty() && open && set.users(leader).isPresent()) {
            return Optional.of("masterauth is given, and the master has no password, which refuses the login");
        }
        return set.accepts(leader, user, password).orElse(true)
                ? Optional.empty()
                : Optional.of(
                        user.isEmpty()
                                ? "masterauth is not the password of the master"
                                : "User " + user + " of masteruser cannot log in with masterauth at the master");
    }

    private static void masterLogin(ConfSet set, Found found) {
        Set<Subject> told = new HashSet<>();
        for (Link link : set.links()) {
            loginFails(set, link.master(), link.replica())
                    .filter(wrong -> told.add(link.master()))
                    .ifPresent(wrong -> found.add(
                            link.master().place("masterauth"),
                            "As a replica of " + link.replica().name() + " it could not log in: "
                                    + (link.master().text("masterauth").isEmpty()
                                            ? "it has no masterauth."
                                            : "its masterauth does not fit."),
                            "Give all servers of the set the same requirepass and masterauth."));
        }
    }

    private static void local(ConfSet set, Found found) {
        for (Link link : set.links()) {
            String named = link.replica().text("replicaof").split(" +")[0];
            if (!named.matches(LOOPBACK) && !link.master().listensToOthers()) {
                found.add(
                        link.master().place("bind"),
                        "bind is " + link.master().text("bind") + ", and "
                                + link.replica().name() + " looks for it at " + named + ".",
                        "bind 127.0.0.1 " + named);
            }
        }
    }

    private static void tls(ConfSet set, Found found) {
        for (Link link : set.links()) {
            long port = Numbers.loose(link.replica().text("replicaof").split(" +")[1])
                    .orElse(0);
            boolean asks = link.replica().isYes("tls-replication");
            boolean speaks = port == link.master().number("tls-port");
            boolean plain = port == link.master().number("port");
            if (asks && plain || !asks && speaks && !plain) {
                found.add(
                        link.replica().place("replicaof"),
                        "tls-replication is " + (asks ? "yes" : "no") + ", and port " + port + " of "
                                + link.master().name() + (asks ? " is its plain one." : " is its TLS port."),
                        asks
                                ? "replicaof with the tls-port of the master, tls-replication yes on all servers."
                                : "tls-replication yes on all servers.");
            }
        }
    }

    private static void minReplicas(ConfSet set, Found found) {
        for (Subject master : set.servers()) {
            int there = set.replicasOf(master).size();
            long wanted = master.number("min-replicas-to-write");
            if (there > 0 && wanted > there && master.number("min-replicas-max-lag") > 0) {
                found.add(
                        master.place("min-replicas-to-write"),
                        "min-replicas-to-write is " + wanted + ", and the files have " + there
                                + (there == 1 ? " replica." : " replicas."),
                        "min-replicas-to-write 1");
            }
        }
    }

    private static void sameFiles(ConfSet set, Found found) {
        Map<String, Subject> first = new HashMap<>();
        for (Subject server : set.servers()) {
            for (String name : List.of("dbfilename", "cluster-config-file", "pidfile", "unixsocket")) {
                boolean written = switch (name) {
                    case "dbfilename" -> server.persists();
                    case "cluster-config-file" -> server.isCluster();
                    default -> server.isGiven(name);
                };
                if (!written || server.text(name).isEmpty()) {
                    continue;
                }
                boolean whole = server.text(name).startsWith("/");
                String file = whole ? server.text(name) : server.text("dir") + "/" + server.text(name);
                Subject before = first.putIfAbsent(name + " " + file, server);
                boolean oneHost = before != null && !samePort(before, server) && meet(before, server);
                if (oneHost && (whole || server.isGiven("dir"))) {
                    found.add(
                            server.place(name),
                            name + " leads to " + file + ", as in " + before.name() + ", and the ports differ.",
                            "Give each server a folder of its own, unless they run on different hosts.");
                }
            }
        }
    }

    private static boolean samePort(Subject one, Subject other) {
        return one.number("port") == other.number("port") && one.number("tls-port") == other.number("tls-port");
    }

    /** Whether two servers may run on one host, by the addresses they listen on; every host has a loopback. */
    private static boolean meet(Subject one, Subject other) {
        Set<String> others = outer(other);
        return outer(one).stream().anyMatch(others::contains);
    }

    private static Set<String> outer(Subject server) {
        Set<String> outer = ConfSet.addresses(server).stream()
                .filter(address -> !address.isEmpty() && !address.matches(LOOPBACK))
                .collect(Collectors.toSet());
        return outer.isEmpty() ? Set.of("127.0.0.1") : outer;
    }

    private static void mixed(ConfSet set, Found found) {
        List<Subject> others =
                set.servers().stream().filter(server -> !server.isCluster()).toList();
        int nodes = set.servers().size() - others.size();
        if (nodes > 1 && nodes > others.size()) {
            others.forEach(server -> found.add(
                    server.place("cluster-enabled"),
                    "cluster-enabled is no, and " + nodes + " other files are of nodes of a cluster.",
                    "cluster-enabled yes, if it belongs to them."));
        }
    }

    private static Map<String, String> renamed(Subject server) {
        Map<String, String> names = new TreeMap<>();
        server.linesOf("rename-command").stream()
                .filter(line -> line.arguments().size() == 2)
                .forEach(line -> names.put(
                        line.arguments().get(0).toLowerCase(Locale.ROOT),
                        line.arguments().get(1).toLowerCase(Locale.ROOT)));
        return names;
    }

    private static void renames(ConfSet set, Found found) {
        for (Link link : set.links()) {
            Map<String, String> one = renamed(link.master());
            Map<String, String> other = renamed(link.replica());
            if (!one.equals(other)) {
                Set<String> differ = new HashSet<>(one.keySet());
                differ.addAll(other.keySet());
                differ.removeIf(name -> one.getOrDefault(name, "-").equals(other.getOrDefault(name, "-")));
                found.add(
                        link.replica().place("rename-command"),
                        "Other commands are renamed than on " + link.master().name() + ": "
                                + differ.stream()
                                        .map(name -> name.toUpperCase(Locale.ROOT))
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + ".",
                        "Rename alike on all servers, or better use rights of users.");
            }
        }
    }

    private static void unused(ConfSet set, Found found) {
        Set<Subject> used =
                set.files().stream().flatMap(file -> set.aclFile(file).stream()).collect(Collectors.toSet());
        if (set.servers().isEmpty()) {
            return;
        }
        for (Subject file : set.usersFiles()) {
            boolean named = set.servers().stream()
                    .anyMatch(server -> !server.text("aclfile").isEmpty()
                            && set.aclFile(server).isEmpty());
            if (!used.contains(file)) {
                found.add(
                        named ? INFO : WARNING,
                        file.place(),
                        "No file of a server names it.",
                        "aclfile /path/to/" + file.name().replaceAll(".*/", "") + " in the file of the server.");
            }
        }
    }

    private static void sentinelLogin(ConfSet set, Found found) {
        for (Watched watched : set.watched()) {
            if (watched.server().isEmpty()) {
                continue;
            }
            Subject server = watched.server().get();
            String password = watched.as().value("auth-pass").orElse("");
            String user = watched.as().value("auth-user").orElse("");
            boolean open = set.accepts(server, "", "").orElse(true);
            boolean fails = password.isEmpty()
                    ? !open
                    : !set.accepts(server, user, password).orElse(true);
            if (fails) {
                found.add(
                        watched.as().line("auth-pass").place(),
                        password.isEmpty()
                                ? "There is no auth-pass for " + watched.as().name() + ", and " + server.name()
                                        + " wants a password."
                                : "auth-pass of " + watched.as().name() + " does not open " + server.name()
                                        + (user.isEmpty() ? "." : " for user " + user + "."),
                        "sentinel auth-pass " + watched.as().name() + " <the password of the master>");
            }
        }
    }

    private static void nobody(ConfSet set, Found found) {
        for (Watched watched : set.watched()) {
            boolean known = set.servers().stream()
                    .anyMatch(server -> ConfSet.listensOn(server, watched.as().port()));
            if (!set.servers().isEmpty() && !known) {
                found.add(
                        watched.as().monitor().place(),
                        watched.as().name() + " is watched at port "
                                + watched.as().port() + ", and no server of these files listens there.",
                        "Give the port of the master.");
            }
        }
    }

    private static void replica(ConfSet set, Found found) {
        for (Watched watched : set.watched()) {
            watched.server()
                    .filter(Subject::isReplica)
                    .ifPresent(server -> found.add(
                            watched.as().monitor().place(),
                            watched.as().name() + " is watched at "
                                    + watched.as().host() + " " + watched.as().port() + ", which is the replica of "
                                    + server.name() + ".",
                            "Give the address of its master; Sentinels find replicas by themselves."));
        }
    }

    private static void needed(ConfSet set, Found found) {
        for (Watched watched : set.watched()) {
            if (watched.server().isEmpty()) {
                continue;
            }
            Subject server = watched.server().get();
            Map<String, String> told = renamed(watched.sentinel(), watched.as().name());
            renamed(server).forEach((command, name) -> {
                if (OF_SENTINEL.contains(command) && !name.equals(told.get(command))) {
                    found.add(
                            watched.as().monitor().place(),
                            command.toUpperCase(Locale.ROOT) + " is renamed in " + server.name()
                                    + ", and this Sentinel is not told so.",
                            "Take the rename-command out and use rights of users, or give sentinel rename-command "
                                    + watched.as().name() + " " + command + " <its new name>.");
                }
            });
        }
    }

    private static Map<String, String> renamed(Subject sentinel, String master) {
        Map<String, String> names = new TreeMap<>();
        sentinel.lines().stream()
                .map(ConfFile.Line::arguments)
                .filter(words -> words.size() == 4
                        && words.get(0).equalsIgnoreCase("rename-command")
                        && words.get(1).equals(master))
                .forEach(words -> names.put(
                        words.get(2).toLowerCase(Locale.ROOT), words.get(3).toLowerCase(Locale.ROOT)));
        return names;
    }

    private static void disagree(ConfSet set, Found found) {
        Map<String, List<Watched>> byName = set.watched().stream()
                .collect(
                        Collectors.groupingBy(watched -> watched.as().name(), LinkedHashMap::new, Collectors.toList()));
        byName.forEach((name, views) -> {
            differs(
                    found,
                    name,
                    "the quorum",
                    views,
                    watched -> Long.toString(watched.as().quorum()));
            differs(
                    found,
                    name,
                    "the address",
                    views,
                    watched -> watched.as().host() + " " + watched.as().port());
            for (String setting : List.of("down-after-milliseconds", "failover-timeout", "parallel-syncs")) {
                differs(
                        found,
                        name,
                        setting,
                        views,
                        watched -> Long.toString(watched.as().number(setting)));
            }
        });
    }

    private interface Told {
        String of(Watched watched);
    }

    private static void differs(Found found, String name, String what, List<Watched> views, Told told) {
        Set<String> values = views.stream().map(told::of).collect(Collectors.toSet());
        if (values.size() > 1) {
            Watched last = views.get(views.size() - 1);
            found.add(
                    last.as().monitor().place(),
                    "Of " + name + ", " + what + " is "
                            + views.stream()
                                    .map(view -> told.of(view) + " in "
                                            + view.sentinel().name())
                                    .collect(Collectors.joining(", "))
                            + ".",
                    "Give all Sentinels the same lines.");
        }
    }

    private static void identity(ConfSet set, Found found) {
        Map<String, Subject> seen = new HashMap<>();
        for (Subject sentinel : set.sentinels()) {
            for (ConfFile.Line line : sentinel.lines()) {
                List<String> words = line.arguments();
                boolean mine = line.name().equals("sentinel")
                        && words.size() == 2
                        && words.get(0).equalsIgnoreCase("myid");
                Subject before = mine ? seen.putIfAbsent(words.get(1), sentinel) : null;
                if (before != null) {
                    found.add(
                            line.place(),
                            "myid is the one of " + before.name() + ".",
                            "Remove the line; the Sentinel makes an identity of its own.");
                }
            }
        }
    }

    /** One file may serve all Sentinels; two or more are taken for the whole set. */
    private static void count(ConfSet set, Found found) {
        int sentinels = set.sentinels().size();
        if (sentinels < 2) {
            return;
        }
        Set<String> told = new HashSet<>();
        for (Watched watched : set.watched()) {
            long quorum = watched.as().quorum();
            boolean few = sentinels == 2;
            if ((few || quorum > sentinels / 2 + 1) && told.add(watched.as().name())) {
                found.add(
                        few || quorum > sentinels ? ERROR : WARNING,
                        watched.as().monitor().place(),
                        watched.as().name() + " has a quorum of " + quorum + ", and the files are those of " + sentinels
                                + " Sentinels.",
                        few
                                ? "Run three Sentinels on three hosts and give a quorum of 2."
                                : "Give a quorum of " + (sentinels / 2 + 1) + ".");
            }
        }
    }
}
