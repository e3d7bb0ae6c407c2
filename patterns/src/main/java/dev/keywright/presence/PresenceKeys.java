package dev.keywright.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Command;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.util.List;

/** The keys of one partition, which share a hash slot, and what is asked of them. */
final class PresenceKeys {

    /** What heartbeats are sent for. */
    enum Kind {
        COME("j"),
        STAY("r"),
        RETURN("b"),
        LEAVE("l");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private static final int FIXED = 5;
    private static final int EACH = 3;

    private static final Script BEAT = Script.beside(PresenceKeys.class, "beat.lua");
    private static final Script COUNT = Script.beside(PresenceKeys.class, "count.lua");
    private static final Script STATUS = Script.beside(PresenceKeys.class, "status.lua");
    private static final Script DEVICES = Script.beside(PresenceKeys.class, "devices.lua");
    private static final Script USERS = Script.beside(PresenceKeys.class, "users.lua");

    private final byte[] online;
    private final byte[] devices;
    private final byte[] seen;
    private final byte[] events;
    private final byte[][] terms;

    private PresenceKeys(Stem stem, PresenceOptions options) {
        this.online = stem.key("");
        this.devices = stem.key(":devices");
        this.seen = stem.key(":seen");
        this.events = stem.key(":events");
        this.terms = new byte[][] {
            number(options.ttl().toMillis()),
            number(options.retention().toMillis()),
            number(options.events()),
            number(options.devices())
        };
    }

    /** The number of partitions is part of the name, so that presences of different numbers never read each other's. */
    static PresenceKeys of(String name, int partition, PresenceOptions options) {
        Stem stem = options.partitions() == 1
                ? new Stem("presence", "presence", name)
                : new Stem("presence:part", "presence", name + '#' + partition + '/' + options.partitions());
        return new PresenceKeys(stem, options);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    /** All kinds may be sent twice: an owner finds what it did. */
    Script.Invocation beat(Kind kind, List<OnlineSession> sessions) {
        byte[][] arguments = new byte[FIXED + EACH * sessions.size()][];
        arguments[0] = kind.word.getBytes(US_ASCII);
        System.arraycopy(terms, 0, arguments, 1, terms.length);
        int at = FIXED;
        for (OnlineSession session : sessions) {
            arguments[at++] = session.userBytes;
            arguments[at++] = session.owner;
            arguments[at++] = session.deviceBytes;
        }
        return BEAT.with(new byte[][] {online, devices, seen, events}, arguments)
                .repeatable();
    }

    Script.Invocation count() {
        return COUNT.with(online, number(1)).readOnly();
    }

    Script.Invocation status(List<byte[]> users) {
        return STATUS.with(new byte[][] {online, seen}, users.toArray(byte[][]::new))
                .readOnly();
    }

    Script.Invocation devices(byte[] user) {
        return DEVICES.with(devices, user).readOnly();
    }

    Script.Invocation users(int most) {
        return USERS.with(online, number(most)).readOnly();
    }

    Command events(String from, int count) {
        return Command.named("XRANGE")
                .key(events)
                .argument(from)
                .argument("+")
                .argument("COUNT")
                .argument(count)
                .buildRepeatable();
    }

    Command lastEvent() {
        return Command.named("XREVRANGE")
                .key(events)
                .argument("+")
                .argument("-")
                .argument("COUNT")
                .argument(1)
                .buildRepeatable();
    }
}
