package dev.keywright.election;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/** The keys of one election, and what is asked of them. */
final class ElectionKeys {

    private static final Script CAMPAIGN = Script.beside(ElectionKeys.class, "campaign.lua");
    private static final Script RESIGN = Script.beside(ElectionKeys.class, "resign.lua");
    private static final Script RENEW = Script.beside(ElectionKeys.class, "renew.lua");

    private static final byte[] ZERO = {'0'};
    private static final byte[] ONE = {'1'};

    final Stem stem;
    private final byte[] leader;
    private final byte[] news;
    private final byte[][] forCampaign;
    private final byte[][] forResign;
    private final byte[][] forRenew;

    ElectionKeys(String name) {
        this.stem = new Stem("election", "election", name);
        this.leader = stem.key("");
        this.news = leader;
        byte[] term = stem.key(":term");
        byte[] waiting = stem.key(":waiting");
        byte[] alive = stem.key(":alive");
        this.forCampaign = new byte[][] {leader, term, waiting, alive};
        this.forResign = new byte[][] {leader, waiting, alive};
        this.forRenew = new byte[][] {leader, term};
    }

    private static byte[] number(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Where changes are told: a channel that is called as the key. */
    String news() {
        return stem.text();
    }

    Script.Invocation campaign(
            byte[] owner, Duration lease, String candidate, String data, Duration patience, long since) {
        return CAMPAIGN.with(
                        forCampaign,
                        owner,
                        number(lease.toMillis()),
                        bytes(candidate),
                        bytes(data),
                        number(patience.toMillis()),
                        number(since),
                        news)
                .repeatable();
    }

    Script.Invocation resign(byte[] owner, boolean waited) {
        return RESIGN.with(forResign, owner, waited ? ONE : ZERO, Lessee.CHANNEL, news);
    }

    Script.Invocation renew(byte[] owner, Duration lease) {
        return RENEW.with(forRenew, owner, number(lease.toMillis())).repeatable();
    }

    /** Who leads. */
    Command leader() {
        return Command.named("HMGET")
                .key(leader)
                .argument("term")
                .argument("candidate")
                .argument("data")
                .buildRepeatable();
    }

    /** Who leads, and how many milliseconds the lease has left. */
    List<Command> look() {
        return List.of(leader(), Command.named("PTTL").key(leader).buildRepeatable());
    }
}
