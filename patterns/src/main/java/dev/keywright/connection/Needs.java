package dev.keywright.connection;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a program asks of its servers, to be checked when it starts; see {@link Connection#check}.
 *
 * @param commands names such as {@code GET} or {@code SCRIPT LOAD}
 * @param keyPatterns glob patterns of all keys, such as {@code rl:*}
 * @param channelPatterns glob patterns of all channels, such as {@code cache:*}
 * @param lasting whether harm is done when the server evicts one of the keys
 * @param durable whether harm is done when a restart loses the last writes
 */
public record Needs(
        List<String> commands,
        List<String> keyPatterns,
        List<String> channelPatterns,
        boolean lasting,
        boolean durable) {

    /** What a connection asks for while it is opened and checked. */
    private static final List<String> CONNECTING = List.of("INFO", "ROLE", "MULTI", "DISCARD", "ACL WHOAMI");

    private static final List<String> CLUSTER =
            List.of("ASKING", "READONLY", "CLUSTER NODES", "CLUSTER INFO", "CLUSTER MYID");

    public Needs {
        commands = sorted(commands.stream().map(name -> name.toUpperCase(Locale.ROOT)));
        keyPatterns = sorted(keyPatterns.stream());
        channelPatterns = sorted(channelPatterns.stream());
    }

    public static Needs of(Collection<String> commands, Collection<String> keyPatterns) {
        return new Needs(List.copyOf(commands), List.copyOf(keyPatterns), List.of(), false, false);
    }

    /** The same, with keys that must not be evicted. */
    public Needs thatLast() {
        return new Needs(commands, keyPatterns, channelPatterns, true, durable);
    }

    /** The same, with keys that must neither be evicted nor be lost when a server restarts. */
    public Needs thatAreDurable() {
        return new Needs(commands, keyPatterns, channelPatterns, true, true);
    }

    /** The same, with channels that are published to or subscribed. */
    public Needs withChannels(Collection<String> patterns) {
        return new Needs(commands, keyPatterns, List.copyOf(patterns), lasting, durable);
    }

    public Needs and(Needs other) {
        return new Needs(
                sorted(Stream.concat(commands.stream(), other.commands.stream())),
                sorted(Stream.concat(keyPatterns.stream(), other.keyPatterns.stream())),
                sorted(Stream.concat(channelPatterns.stream(), other.channelPatterns.stream())),
                lasting || other.lasting,
                durable || other.durable);
    }

    /**
     * The least that such a user must be allowed, as a command for each server; whoever runs it adds the password. What the
     * connection itself asks for is in it.
     */
    public String aclRule(String user, Topology.Kind kind) {
        Stream<String> ours = kind == Topology.Kind.CLUSTER
                ? Stream.concat(CONNECTING.stream(), CLUSTER.stream())
                : CONNECTING.stream();
        return Stream.of(
                        Stream.of("ACL SETUSER " + user + " on resetkeys"),
                        keyPatterns.stream().map(pattern -> "~" + pattern),
                        channelPatterns.isEmpty()
                                ? Stream.<String>empty()
                                : Stream.concat(
                                        Stream.of("resetchannels"),
                                        channelPatterns.stream().map(pattern -> "&" + pattern)),
                        Stream.of("-@all"),
                        Stream.concat(ours, commands.stream())
                                .distinct()
                                .map(name -> "+" + name.toLowerCase(Locale.ROOT).replace(' ', '|')))
                .flatMap(part -> part)
                .collect(Collectors.joining(" "));
    }

    private static List<String> sorted(Stream<String> words) {
        return List.copyOf(words.collect(Collectors.toCollection(TreeSet::new)));
    }
}
