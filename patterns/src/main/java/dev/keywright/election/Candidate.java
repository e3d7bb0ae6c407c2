package dev.keywright.election;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Reply;
import dev.keywright.lease.Goal;
import dev.keywright.lease.Holding;
import dev.keywright.lease.Lessee;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/** One who campaigns for one term. */
final class Candidate implements Goal<HeldTerm> {

    private static final Duration EVER = Duration.ofDays(36_500);

    private final LeaderElection election;
    private final String name;
    private final byte[] owner;

    Candidate(LeaderElection election) {
        this.election = election;
        this.name = election.lessee.newOwner();
        this.owner = name.getBytes(US_ASCII);
    }

    @Override
    public String owner() {
        return name;
    }

    @Override
    public Script.Invocation question(Duration patience, long since) {
        ElectionOptions options = election.options;
        return election.keys.campaign(
                owner,
                options.lease(),
                options.candidate().orElse(name.substring(0, Lessee.NAME_LETTERS)),
                options.data(),
                patience,
                since);
    }

    @Override
    public HeldTerm given(Holding holding, List<Reply> answer) {
        return new HeldTerm(holding, answer.get(1).number(), where());
    }

    @Override
    public Script.Invocation renewal(Duration lease) {
        return election.keys.renew(owner, lease);
    }

    @Override
    public Script.Invocation giveBack(boolean waited) {
        return election.keys.resign(owner, waited);
    }

    @Override
    public Duration lease() {
        return election.options.lease();
    }

    @Override
    public Duration renewFor() {
        return EVER;
    }

    @Override
    public Duration deadline() {
        return election.deadline();
    }

    @Override
    public String where() {
        return election.toString();
    }
}
