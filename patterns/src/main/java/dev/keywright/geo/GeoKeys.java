package dev.keywright.geo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Command;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;

/** The keys of one index, and what is asked of them. */
final class GeoKeys {

    private static final Script PUT = Script.beside(GeoKeys.class, "put.lua");
    private static final Script FIND = Script.beside(GeoKeys.class, "find.lua");
    private static final Script POSITIONS = Script.beside(GeoKeys.class, "positions.lua");
    private static final Script REMOVE = Script.beside(GeoKeys.class, "remove.lua");
    private static final Script SWEEP = Script.beside(GeoKeys.class, "sweep.lua");
    private static final Script COUNT = Script.beside(GeoKeys.class, "count.lua");

    static final int SWEPT = 100; // as sweep.lua says

    private static final byte[] NONE = {'-'};
    private static final byte[] POINT = {'p'};
    private static final byte[] MEMBER = {'m'};

    private final byte[] where;
    private final byte[] until;

    GeoKeys(Stem stem) {
        this.where = stem.key("");
        this.until = stem.key(":until");
    }

    /** The point or member in whose surroundings is searched. */
    static final class Centre {

        private final byte[] kind;
        private final byte[] first;
        private final byte[] second;

        private Centre(byte[] kind, byte[] first, byte[] second) {
            this.kind = kind;
            this.first = first;
            this.second = second;
        }

        static Centre of(Position position) {
            return new Centre(POINT, degrees(position.longitude()), degrees(position.latitude()));
        }

        static Centre of(byte[] member) {
            return new Centre(MEMBER, member, NONE);
        }
    }

    static byte[] degrees(double value) {
        return Double.toString(value).getBytes(US_ASCII);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private byte[][] both() {
        return new byte[][] {where, until};
    }

    /** @param places longitude, latitude and member of each */
    Command add(byte[][] places) {
        Command.Builder builder = Command.named("GEOADD").key(where);
        for (byte[] each : places) {
            builder.argument(each);
        }
        return builder.buildRepeatable();
    }

    /** @param places longitude, latitude and member of each */
    Script.Invocation put(Duration ttl, byte[][] places) {
        byte[][] arguments = new byte[places.length + 1][];
        arguments[0] = number(ttl.toMillis());
        System.arraycopy(places, 0, arguments, 1, places.length);
        return PUT.with(both(), arguments).repeatable();
    }

    Command members(String name, byte[][] members) {
        Command.Builder builder = Command.named(name).key(where);
        for (byte[] each : members) {
            builder.argument(each);
        }
        return name.equals("ZREM") ? builder.buildRepeatable() : builder.buildReadOnly();
    }

    Script.Invocation positions(byte[][] members) {
        return POSITIONS.with(both(), members).readOnly();
    }

    Script.Invocation remove(byte[][] members) {
        return REMOVE.with(both(), members).repeatable();
    }

    Command search(Centre centre, Area area, int most) {
        Command.Builder builder = Command.named("GEOSEARCH").key(where);
        if (centre.kind == MEMBER) { // one of two constants
            builder.argument("FROMMEMBER").argument(centre.first);
        } else {
            builder.argument("FROMLONLAT").argument(centre.first).argument(centre.second);
        }
        if (area instanceof Area.Circle circle) {
            builder.argument("BYRADIUS").argument(degrees(circle.radius().metres()));
        } else if (area instanceof Area.Box box) {
            builder.argument("BYBOX")
                    .argument(degrees(box.width().metres()))
                    .argument(degrees(box.height().metres()));
        }
        return builder.argument("m")
                .argument("ASC")
                .argument("COUNT")
                .argument(most)
                .argument("WITHCOORD")
                .argument("WITHDIST")
                .buildReadOnly();
    }

    Script.Invocation find(Centre centre, Area area, int most) {
        byte[] across = NONE;
        byte[] height = NONE;
        if (area instanceof Area.Circle circle) {
            across = degrees(circle.radius().metres());
        } else if (area instanceof Area.Box box) {
            across = degrees(box.width().metres());
            height = degrees(box.height().metres());
        }
        return FIND.with(both(), number(most), centre.kind, centre.first, centre.second, across, height)
                .readOnly();
    }

    Script.Invocation sweep() {
        return SWEEP.with(both(), number(SWEPT)).repeatable();
    }

    Command size() {
        return Command.named("ZCARD").key(where).buildReadOnly();
    }

    Script.Invocation count() {
        return COUNT.with(until, number(1)).readOnly();
    }
}
