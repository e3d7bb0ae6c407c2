package dev.keywright.semaphore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Reply;
import dev.keywright.lease.Goal;
import dev.keywright.lease.Holding;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/** Some permits for one owner. */
final class Bid implements Goal<Permits> {

    private final DistributedSemaphore semaphore;
    private final int wanted;
    private final String name;
    private final byte[] owner;

    Bid(DistributedSemaphore semaphore, int wanted) {
        this.semaphore = semaphore;
        this.wanted = wanted;
        this.name = semaphore.lessee.newOwner();
        this.owner = name.getBytes(US_ASCII);
    }

    @Override
    public String owner() {
        return name;
    }

    @Override
    public Script.Invocation question(Duration patience, long since) {
        return semaphore.keys.acquire(owner, wanted, lease(), patience, since);
    }

    @Override
    public Permits given(Holding holding, List<Reply> answer) {
        return new HeldPermits(holding, wanted, where());
    }

    @Override
    public Script.Invocation renewal(Duration lease) {
        return semaphore.keys.extend(owner, lease);
    }

    @Override
    public Script.Invocation giveBack(boolean waited) {
        return semaphore.keys.release(owner, waited);
    }

    @Override
    public Duration lease() {
        return semaphore.options.lease();
    }

    @Override
    public Duration renewFor() {
        return semaphore.options.renewed() ? semaphore.options.longest() : Duration.ZERO;
    }

    @Override
    public Duration deadline() {
        return semaphore.deadline();
    }

    @Override
    public String where() {
        return semaphore.toString();
    }
}
