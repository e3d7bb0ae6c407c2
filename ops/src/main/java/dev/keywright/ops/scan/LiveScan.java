package dev.keywright.ops.scan;

import dev.keywright.KeywrightException;
import dev.keywright.connection.RedisUri;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.analysis.KeySink;
import dev.keywright.ops.wire.Access;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One scan of a live deployment, once: standalone, under Sentinel or Cluster, shards side by side.
 * <ul>
 *   <li>Commands: SCAN by pages of some 100 names; of every key MEMORY USAGE, OBJECT ENCODING, OBJECT IDLETIME (or FREQ), PTTL,
 *       and TYPE where the encoding may belong to several, none of which touches it; of some the length and a few elements, see
 *       {@link Depth}. INFO and MEMORY STATS twice.
 *   <li>Cost: two connections per server; it works on half a page at a time while the next half waits. {@link Pace} tells what
 *       others felt.
 *   <li>Servers: nothing is written, and no setting is changed. A key whose time is over is deleted when a master is asked for it, as by
 *       any reader.
 *   <li>Guarantee: that of SCAN. A key that is there all the time is told once; one that comes or goes meanwhile may be.
 *   <li>Threads: {@link #run} is called once and waits; {@link #stop()} may be called from any thread meanwhile.
 *   <li>Sinks: asked for one at a time, each then gets its keys from one thread; the sinks of several shards run side by side. Only
 *       sinks of nodes that {@link ScanOutcome#shards()} names count: a shard that began anew has a new sink.
 *   <li>Failure: what went wrong with a shard is in its outcome, with all that was read before.
 * </ul>
 */
public final class LiveScan {

    private static final long PROGRESS_MILLIS = 200;
    private static final long GRACE_MILLIS = 1000;

    private final RedisUri uri;
    private final Access access;
    private final ScanOptions options;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private LiveScan(RedisUri uri, Access access, ScanOptions options) {
        this.uri = uri;
        this.access = access;
        this.options = options;
    }

    /**
     * @throws dev.keywright.KeywrightException.Misused when it is no URI of Redis
     * @throws OpsException when the position to go on from is of another deployment
     */
    public static LiveScan of(String uri, ScanOptions options) {
        RedisUri parsed = RedisUri.parse(uri);
        options.resume().ifPresent(position -> {
            if (!position.deployment().equals(parsed.toString())) {
                throw new OpsException("The position is one of " + position.deployment() + ", not of " + parsed
                        + ". Scan that, or scan this from the beginning.");
            }
        });
        ScanOptions kept = options.resume()
                .map(position -> options.withSampleRatio(position.sampleRatio()))
                .orElse(options);
        return new LiveScan(parsed, Access.of(uri), kept);
    }

    /**
     * Reads all keys, or as many as can be had.
     *
     * @param progress told a few times a second, on the calling thread
     * @throws dev.keywright.KeywrightException when no server could be asked at all
     * @throws OpsException when no server lets this user in, or none can be reached
     */
    public ScanOutcome run(Function<ScanNode, KeySink> sinks, Consumer<ScanProgress> progress) {
        long start = System.nanoTime();
        Shard.All found = Shard.find(uri);
        ShardScan.Plan plan = new ShardScan.Plan(uri, access, options, found.cluster(), sinks, stopping);
        List<ShardScan> scans = new ArrayList<>();
        List<ScanPosition.Place> places = new ArrayList<>();
        for (Shard shard : found.shards()) {
            Optional<ScanPosition.Place> place = earlier(shard);
            if (place.filter(ScanPosition.Place::done).isPresent()) {
                places.add(place.get());
            } else {
                scans.add(new ShardScan(plan, shard, place));
            }
        }
        List<ShardOutcome> outcomes = together(scans, progress);
        List<String> notes = new ArrayList<>(found.notes());
        if (!places.isEmpty()) {
            notes.add(places.size() + " shards had been read by an earlier scan; they are in its report.");
        }
        if (found.cluster() && slotsMoved(found)) {
            notes.add("Slots moved between masters meanwhile: some keys may be missing or counted twice.");
        }
        boolean complete = outcomes.stream().allMatch(ShardOutcome::complete);
        scans.forEach(scan -> places.add(scan.place()));
        return new ScanOutcome(
                uri.toString(),
                options.sampleRatio(),
                Duration.ofNanos(System.nanoTime() - start),
                outcomes,
                notes,
                complete
                        ? Optional.empty()
                        : Optional.of(new ScanPosition(uri.toString(), options.sampleRatio(), places)));
    }

    /** Ends the scan at the next page; {@link #run} then returns what was seen. */
    public void stop() {
        stopping.countDown();
    }

    private Optional<ScanPosition.Place> earlier(Shard shard) {
        return options.resume().stream()
                .flatMap(position -> position.places().stream())
                .filter(place -> shard.members().stream()
                        .anyMatch(node -> node.host().equals(place.host()) && node.port() == place.port()))
                .findFirst();
    }

    private boolean slotsMoved(Shard.All before) {
        try {
            Shard.All after = Shard.find(uri);
            return !before.shards().stream()
                    .allMatch(shard ->
                            after.like(shard).map(Shard::slots).orElse(-1).equals(shard.slots()));
        } catch (KeywrightException nobodyTells) {
            return false;
        }
    }

    // --- threads

    private List<ShardOutcome> together(List<ShardScan> scans, Consumer<ScanProgress> progress) {
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.max(1, Math.min(options.parallelShards(), scans.size())), work -> {
                    Thread thread = new Thread(work, "keywright-scan");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            List<CompletableFuture<ShardOutcome>> running = scans.stream()
                    .map(scan -> CompletableFuture.supplyAsync(scan::run, pool))
                    .toList();
            await(CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)), scans, progress);
            List<ShardOutcome> outcomes =
                    running.stream().map(CompletableFuture::join).toList();
            requireAdmission(outcomes, scans);
            return outcomes;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException ofASink ? ofASink : e;
        } finally {
            pool.shutdownNow();
        }
    }

    private void await(CompletableFuture<Void> all, List<ShardScan> scans, Consumer<ScanProgress> progress) {
        Speed speed = new Speed();
        long stoppedAt = 0;
        boolean interrupted = false;
        while (!all.isDone()) {
            try {
                all.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException goesOn) {
                progress.accept(speed.progress(scans));
            } catch (InterruptedException e) {
                interrupted = true;
                stop();
            } catch (ExecutionException e) {
                stop();
            }
            if (stopping.getCount() == 0) {
                stoppedAt = stoppedAt == 0 ? System.nanoTime() : stoppedAt;
                if (System.nanoTime() - stoppedAt > TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS)) {
                    scans.forEach(ShardScan::abandon);
                }
            }
        }
        progress.accept(speed.progress(scans));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where nothing at all could be read there is no report, but somebody who must be told. */
    private static void requireAdmission(List<ShardOutcome> outcomes, List<ShardScan> scans) {
        boolean nothing = !scans.isEmpty() && scans.stream().allMatch(scan -> scan.current() == null);
        if (nothing) {
            throw new OpsException(outcomes.get(0).stopped().orElse("No server could be read."));
        }
    }
}
