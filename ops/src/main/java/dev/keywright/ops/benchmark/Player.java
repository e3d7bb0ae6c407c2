package dev.keywright.ops.benchmark;

import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Plays what one recorded client did, in its order, each command after the answer to the one before. One thread. */
final class Player implements Runnable {

    private static final int ROOM = 500;

    /**
     * A command to send.
     *
     * @param dueNanos when
     */
    record Step(String name, List<byte[]> words, Optional<byte[]> key, int database, long dueNanos) {}

    /** Who is told what became of it. */
    interface Listener {
        void answered(String name, long nanos, long lateNanos);

        void failed(String kind);
    }

    private final Target target;
    private final Duration timeout;
    private final boolean timed;
    private final Listener listener;
    private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(ROOM);
    private final Map<Node, Wire> wires = new HashMap<>();
    private final Map<Node, Integer> databases = new HashMap<>();
    private volatile boolean ended;

    /**
     * @param timed whether latencies count from when a step was due, else from when it was sent
     */
    Player(Target target, Duration timeout, boolean timed, Listener listener) {
        this.target = target;
        this.timeout = timeout;
        this.timed = timed;
        this.listener = listener;
    }

    /** False when it has so much to do that the step has to wait. */
    boolean offer(Step step) throws InterruptedException {
        return steps.offer(step, 50, TimeUnit.MILLISECONDS);
    }

    /** Nothing more will come; what is there is played. */
    void end() {
        ended = true;
    }

    @Override
    public void run() {
        try {
            while (!ended || !steps.isEmpty()) {
                Step step = steps.poll(20, TimeUnit.MILLISECONDS);
                if (step != null) {
                    play(step);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            wires.values().forEach(Wire::close);
        }
    }

    private void play(Step step) {
        Node node = target.routes()
                .node(target.routes()
                        .owner(target.isCluster() ? step.key().map(HashSlot::of).orElse(0) : 0));
        long start = System.nanoTime();
        try {
            Wire wire = wire(node, step.database());
            wire.begin(step.words().size());
            for (byte[] word : step.words()) {
                wire.word(word);
            }
            wire.flush();
            Answer answer = wire.read();
            if (answer instanceof Answer.Failed failed) {
                listener.failed(failed.text().split(" ", 2)[0]);
                if (failed.is("MOVED") || failed.is("READONLY")) {
                    target.routes().doubt();
                }
            } else {
                long from = timed ? step.dueNanos() : start;
                listener.answered(step.name(), System.nanoTime() - from, start - from);
            }
        } catch (SocketTimeoutException silence) {
            lost(node, "timeout");
        } catch (IOException | Wire.Refused broken) {
            lost(node, "connection lost");
        }
    }

    private void lost(Node node, String kind) {
        listener.failed(kind);
        Wire wire = wires.remove(node);
        databases.remove(node);
        if (wire != null) {
            wire.close();
        }
        target.routes().doubt();
    }

    private Wire wire(Node node, int database) throws IOException {
        Wire wire = wires.get(node);
        if (wire == null) {
            wire = target.wire(node, timeout);
            wires.put(node, wire);
        }
        if (!target.isCluster() && databases.getOrDefault(node, -1) != database) {
            wire.ask("SELECT", Integer.toString(database));
            databases.put(node, database);
        }
        return wire;
    }
}
