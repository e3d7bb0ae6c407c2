package dev.keywright.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;

/**
 * The gate under interleavings that a model checker chooses: one at a time has the turn, and it comes to all. It also finds threads that wait
 * for ever. Argument: how many interleavings, some 25 a second.
 */
final class GateModel {

    private GateModel() {}

    /** What {@link Locks} does with gates: one that is gone is replaced. */
    private static final class Gates {

        final AtomicReference<Gate> current = new AtomicReference<>();
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger turns = new AtomicInteger();

        Gates() {
            current.set(fresh());
        }

        private Gate fresh() {
            return new Gate(gone -> current.compareAndSet(gone, fresh()));
        }

        void takeTurn() {
            Gate gate = current.get();
            Gate.Place place = gate.enter();
            while (place == null) {
                current.compareAndSet(gate, fresh());
                gate = current.get();
                place = gate.enter();
            }
            place.turn.join();
            use(gate);
        }

        void goAwayAtOnce() {
            Gate gate = current.get();
            Gate.Place place = gate.enter();
            if (place != null) {
                gate.leave(place);
            }
        }

        private void use(Gate gate) {
            if (inside.incrementAndGet() == 1) {
                turns.incrementAndGet();
            }
            inside.decrementAndGet();
            gate.pass();
        }
    }

    private static void together(Runnable... works) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Runnable work : works) {
            threads.add(new Thread(work));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    public static void main(String[] arguments) {
        int interleavings = Integer.parseInt(arguments[0]);
        Lincheck.runConcurrentTest(interleavings, () -> {
            Gates gates = new Gates();
            try {
                together(gates::takeTurn, gates::takeTurn, gates::goAwayAtOnce);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (gates.turns.get() != 2) {
                throw new AssertionError(gates.turns + " of 2 had the turn alone");
            }
        });
        System.err.println(interleavings + " interleavings: each had the turn, alone");
    }
}
