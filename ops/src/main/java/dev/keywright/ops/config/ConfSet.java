package dev.keywright.ops.config;

import dev.keywright.ops.config.SentinelRules.Master;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files of one deployment, and which of them speak of each other. What is not plain is left open: two servers that a line may mean
 * are none.
 *
 * @param files all of them
 */
record ConfSet(List<Subject> files) {

    private static final List<String> ANNOUNCED =
            List.of("replica-announce-ip", "cluster-announce-ip", "cluster-announce-hostname");

    /** A replica and its master. */
    record Link(Subject replica, Subject master) {}

    /** A Sentinel's view of a master, and the server that is meant. */
    record Watched(Subject sentinel, Master as, Optional<Subject> server) {}

    List<Subject> servers() {
        return files.stream()
                .filter(file -> !file.isSentinel() && !file.isUsersFile())
                .toList();
    }

    List<Subject> sentinels() {
        return files.stream().filter(Subject::isSentinel).toList();
    }

    List<Subject> usersFiles() {
        return files.stream().filter(Subject::isUsersFile).toList();
    }

    List<Link> links() {
        return servers().stream()
                .filter(Subject::isReplica)
                .flatMap(replica -> masterOf(replica).map(master -> new Link(replica, master)).stream())
                .toList();
    }

    List<Subject> replicasOf(Subject master) {
        return links().stream()
                .filter(link -> link.master() == master)
                .map(Link::replica)
                .toList();
    }

    Optional<Subject> masterOf(Subject replica) {
        String[] words = replica.text("replicaof").split(" +");
        return words.length == 2 ? at(words[0], Numbers.loose(words[1]).orElse(0), replica) : Optional.empty();
    }

    List<Watched> watched() {
        List<Watched> watched = new ArrayList<>();
        for (Subject sentinel : sentinels()) {
            for (Master master : SentinelRules.masters(sentinel)) {
                watched.add(new Watched(sentinel, master, at(master.host(), master.port(), sentinel)));
            }
        }
        return watched;
    }

    /** The server an address means: by port and address, else the only master with that port. */
    private Optional<Subject> at(String host, long port, Subject from) {
        List<Subject> byPort = servers().stream()
                .filter(server -> server != from && listensOn(server, port))
                .toList();
        List<Subject> exact = byPort.stream()
                .filter(server -> addresses(server).contains(host))
                .toList();
        List<Subject> masters = exact.size() == 1
                ? exact
                : byPort.stream().filter(server -> !server.isReplica()).toList();
        return masters.size() == 1 ? Optional.of(masters.get(0)) : Optional.empty();
    }

    static boolean listensOn(Subject server, long port) {
        return port > 0
                && Stream.of("port", "tls-port", "replica-announce-port", "cluster-announce-port")
                        .anyMatch(name -> server.number(name) == port);
    }

    static List<String> addresses(Subject server) {
        List<String> addresses = new ArrayList<>();
        for (String address : server.text("bind").split(" +")) {
            addresses.add(address.replaceFirst("^-", ""));
        }
        ANNOUNCED.forEach(name -> addresses.add(server.text(name)));
        return addresses;
    }

    /** Users of a server, also of its ACL file; empty when that is not among the files. */
    Optional<List<User>> users(Subject server) {
        if (server.text("aclfile").isEmpty()) {
            return Optional.of(server.users());
        }
        return aclFile(server).map(Subject::users);
    }

    Optional<Subject> aclFile(Subject server) {
        String name = server.text("aclfile");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        List<Subject> named = usersFiles().stream()
                .filter(file -> fileName(file.name()).equals(fileName(name)))
                .toList();
        List<Subject> beside = named.stream()
                .filter(file -> folder(file.name()).equals(folder(server.name())))
                .toList();
        return beside.stream()
                .findFirst()
                .or(() -> named.size() == 1 ? named.stream().findFirst() : Optional.empty());
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String folder(String path) {
        return String.valueOf(Path.of(path).toAbsolutePath().normalize().getParent());
    }

    /** Whether a server lets somebody in, where that can be seen. */
    Optional<Boolean> accepts(Subject server, String user, String password) {
        String name = user.isEmpty() ? "default" : user;
        Optional<List<User>> users = users(server);
        if (users.isEmpty()) {
            return Optional.empty();
        }
        Optional<User> known =
                users.get().stream().filter(one -> one.name().equals(name)).reduce((first, last) -> last);
        if (known.isPresent()) {
            return Optional.of(accepts(known.get(), password));
        }
        if (!name.equals("default")) {
            return Optional.of(false);
        }
        boolean open =
                server.text("requirepass").isEmpty() || !server.text("aclfile").isEmpty();
        return Optional.of(open || server.text("requirepass").equals(password));
    }

    private static boolean accepts(User user, String password) {
        String hash = "#" + sha256(password);
        return user.isOn()
                && (user.needsNoPassword()
                        || user.passwords().contains(password)
                        || user.rules().contains(hash));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return files.stream().map(Subject::name).toList().toString();
    }
}
