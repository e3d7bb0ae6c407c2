package dev.keywright.ops.local;

import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps a topology running: tells its state again and again, and starts a server that died once more, as a service manager would.
 * <ul>
 *   <li>Life: the servers end with {@link #close()}, at the latest with this JVM, however it ends. Those with a folder of the user's
 *       save their data first; at a {@code kill -9} it holds what their persistence had written.
 *   <li>Threads: one watches; {@link #close()} may be called by any, also by a shutdown hook.
 * </ul>
 */
public final class Keeper implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Redis redis;
    private final Running.Book book;
    private final String name;
    private final Optional<Path> folder;
    private final Optional<Duration> restartAfter;
    private final boolean saved;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Standalone, Long> diedAt = new HashMap<>();

    private Keeper(
            Redis redis,
            Running.Book book,
            String name,
            Optional<Path> folder,
            Optional<Duration> restartAfter,
            boolean saved) {
        this.redis = redis;
        this.saved = saved;
        this.book = book;
        this.name = name;
        this.folder = folder;
        this.restartAfter = restartAfter;
    }

    /**
     * Starts the topology and writes it down.
     *
     * @param restartAfter how long a server stays dead; empty: for good
     */
    public static Keeper start(
            LocalTopology topology,
            Running.Book book,
            String wantedName,
            Optional<Path> folder,
            Optional<Duration> restartAfter) {
        Keeper keeper = new Keeper(
                topology.start(),
                book,
                book.freeName(wantedName),
                folder,
                restartAfter,
                topology.options().folder() != null);
        try {
            keeper.writeDown();
            return keeper;
        } catch (RuntimeException failure) {
            keeper.close();
            throw failure;
        }
    }

    public String name() {
        return name;
    }

    /** Where clients connect, with the password if there is one. */
    public String uri() {
        return redis.uri();
    }

    public TopologyStatus status() {
        return TopologyStatus.of(redis, Running.withoutPassword(redis.uri()));
    }

    /** Shows the state every second until {@link #close()}; restarts what died. */
    public void watch(Consumer<TopologyStatus> show) {
        try {
            do {
                reviveTheDead();
                show.accept(status());
            } while (!ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() { // whoever comes second waits until all is saved
        if (ended.getCount() > 0) {
            ended.countDown();
            book.remove(name);
            if (saved) {
                redis.nodes().parallelStream().filter(Standalone::isRunning).forEach(Keeper::save);
            }
            redis.close();
        }
    }

    private static void save(Standalone node) {
        try {
            node.command("SAVE");
        } catch (ServerException refused) {
            // A server that cannot save, or does so already, keeps what its persistence had written.
        }
    }

    private void reviveTheDead() {
        if (restartAfter.isEmpty()) {
            return;
        }
        boolean revived = false;
        for (Standalone node : LocalTopology.processes(redis)) {
            if (node.isRunning()) {
                diedAt.remove(node);
            } else if (System.nanoTime() - diedAt.computeIfAbsent(node, any -> System.nanoTime())
                    >= restartAfter.get().toNanos()) {
                revived |= restart(node);
            }
        }
        if (revived) {
            writeDown();
        }
    }

    private boolean restart(Standalone node) {
        try {
            node.restart();
            return true;
        } catch (ServerException stillDown) {
            diedAt.put(node, System.nanoTime());
            return false;
        }
    }

    private void writeDown() {
        ProcessHandle self = ProcessHandle.current();
        List<Running.Node> nodes = LocalTopology.processes(redis).stream()
                .map(node -> new Running.Node("127.0.0.1:" + node.port(), node.pid()))
                .toList();
        book.write(new Running(
                name,
                redis.topology().name().toLowerCase(Locale.ROOT),
                redis.uri(),
                self.pid(),
                Running.start(self),
                folder.map(path -> path.toAbsolutePath().toString()),
                nodes));
    }
}
