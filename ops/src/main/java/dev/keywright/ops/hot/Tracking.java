package dev.keywright.ops.hot;

import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets the server itself measure, where it can (HOTKEYS, Redis 8.6). It stops by itself after the time asked for, also when nobody
 * comes back to ask.
 */
final class Tracking {

    private static final int MOST = 64;
    private static final int LEAST = 10;

    private final Wire wire;

    private Tracking(Wire wire) {
        this.wire = wire;
    }

    /** @throws Wire.Refused when it is not allowed, or somebody else tracks already */
    static Tracking start(Wire wire, HotOptions options) throws IOException {
        Duration longest = options.time().plusSeconds(2);
        wire.ask(
                "HOTKEYS",
                "START",
                "METRICS",
                "2",
                "CPU",
                "NET",
                "COUNT",
                Integer.toString(Math.max(LEAST, Math.min(MOST, options.top()))),
                "DURATION",
                Long.toString(longest.toSeconds() + 1));
        return new Tracking(wire);
    }

    /** What was measured so far; the server forgets it then. */
    Optional<HotReport.Tracked> end(int most) throws IOException {
        Optional<HotReport.Tracked> tracked = read(wire.call("HOTKEYS", "GET"), most);
        wire.call("HOTKEYS", "STOP");
        wire.call("HOTKEYS", "RESET");
        return tracked;
    }

    /** Names and values in turn; later releases put them into an array of one, so that answers of several servers can be joined. */
    static Optional<HotReport.Tracked> read(Answer answer, int most) {
        if (!(answer instanceof Answer.Many many) || many.items().isEmpty()) {
            return Optional.empty();
        }
        List<Answer> fields = many.items().get(0) instanceof Answer.Many inner ? inner.items() : many.items();
        double processor = number(field(fields, "all-commands-all-slots-us"));
        double traffic = number(field(fields, "net-bytes-all-commands-all-slots"));
        return Optional.of(new HotReport.Tracked(
                number(field(fields, "collection-duration-ms")) / 1e3,
                shares(field(fields, "by-cpu-time-us"), processor, most),
                shares(field(fields, "by-net-bytes"), traffic, most)));
    }

    private static Answer field(List<Answer> fields, String name) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (fields.get(i).text().equals(name)) {
                return fields.get(i + 1);
            }
        }
        return Answer.Nothing.NOTHING;
    }

    private static double number(Answer answer) {
        return answer instanceof Answer.Whole whole ? whole.value() : 0;
    }

    private static List<HotReport.Share> shares(Answer answer, double whole, int most) {
        List<HotReport.Share> shares = new ArrayList<>();
        if (answer instanceof Answer.Many many && whole > 0) {
            List<Answer> pairs = many.items();
            for (int i = 0; i + 1 < pairs.size() && shares.size() < most; i += 2) {
                if (pairs.get(i) instanceof Answer.Bulk key) {
                    double ratio = Math.min(1, number(pairs.get(i + 1)) / whole);
                    shares.add(new HotReport.Share(new Name(0, key.bytes()).toString(), Math.round(ratio * 1e4) / 1e4));
                }
            }
        }
        return shares;
    }
}
