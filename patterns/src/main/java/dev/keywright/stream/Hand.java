package dev.keywright.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has in hand, and in which order it is begun. With key order there is a lane for each key: its first event is ready or under
 * way, the others wait behind it. Threads: any number.
 */
final class Hand<T> {

    /** So many may wait for their next attempt without keeping new ones away. */
    private static final int REST_FREELY = 1_000;

    private final int limit;
    private final boolean keepsKeyOrder;
    private final Map<EventId, Taken<T>> all = new LinkedHashMap<>();
    private final Set<EventId> resting = new HashSet<>();
    private final Queue<Taken<T>> ready = new ArrayDeque<>();
    private final Queue<Taken<T>> parked = new ArrayDeque<>();
    private final Map<String, Queue<Taken<T>>> lanes = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private boolean closed;

    /** @param limit how many may be in hand, the first {@value #REST_FREELY} not counted that rest */
    Hand(int limit, boolean keepsKeyOrder) {
        this.limit = limit;
        this.keepsKeyOrder = keepsKeyOrder;
    }

    /** Waits until half of it is free; answers how much is, or 0 when the time was over before. */
    int awaitRoom(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (!isRoomy() && left > 0 && !closed) {
                left = room.awaitNanos(left);
            }
            return isRoomy() && !closed ? limit - busy() : 0;
        } finally {
            lock.unlock();
        }
    }

    private int busy() {
        return all.size() - Math.min(resting.size(), REST_FREELY);
    }

    private boolean isRoomy() {
        return (limit - busy()) * 2 >= limit;
    }

    /** How many may come from others; a little always, so that what is new does not keep them waiting. */
    int roomForClaims() {
        lock.lock();
        try {
            return closed ? 0 : Math.min(64, limit + Math.max(4, limit / 2) - busy());
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all who wait for room; nothing is ready any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            ready.clear();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** False when it is in hand already. */
    boolean add(Taken<T> taken) {
        lock.lock();
        try {
            if (all.putIfAbsent(taken.id(), taken) != null) {
                return false;
            }
            Queue<Taken<T>> lane = lane(taken);
            if (lane == null) {
                openLane(taken);
                makeReady(taken);
            } else {
                lane.add(taken);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Queue<Taken<T>> lane(Taken<T> taken) {
        return keepsKeyOrder ? taken.event.key().map(lanes::get).orElse(null) : null;
    }

    private void openLane(Taken<T> taken) {
        if (keepsKeyOrder) {
            taken.event.key().ifPresent(key -> lanes.put(key, new ArrayDeque<>()));
        }
    }

    private void makeReady(Taken<T> taken) {
        if (!closed) {
            ready.add(taken);
        }
    }

    boolean hasReady() {
        lock.lock();
        try {
            return !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The next ones to be begun; those that come for a further time come alone. */
    List<Taken<T>> next(int most) {
        lock.lock();
        try {
            List<Taken<T>> next = new ArrayList<>();
            Taken<T> head = ready.peek();
            while (head != null && next.size() < most && (next.isEmpty() || !head.comesAlone())) {
                next.add(ready.remove());
                head = next.get(0).comesAlone() ? null : ready.peek();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** It is finished here. */
    void remove(Taken<T> taken) {
        lock.lock();
        try {
            if (all.remove(taken.id(), taken)) {
                resting.remove(taken.id());
                Queue<Taken<T>> lane = lane(taken);
                if (lane != null && !lane.remove(taken)) { // it was the head
                    goOn(lane, taken);
                }
                if (isRoomy()) {
                    room.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void goOn(Queue<Taken<T>> lane, Taken<T> before) {
        Taken<T> next = lane.poll();
        if (next != null) {
            makeReady(next);
        } else {
            lanes.remove(before.event.key().orElseThrow());
        }
    }

    /** It waits for its next attempt; false when it is not in hand any more. */
    boolean rest(Taken<T> taken) {
        lock.lock();
        try {
            if (all.get(taken.id()) != taken) {
                return false;
            }
            taken.rest();
            resting.add(taken.id());
            if (isRoomy()) {
                room.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The same event is there for its next attempt, at the head of its lane. */
    void replace(Taken<T> before, Taken<T> again) {
        lock.lock();
        try {
            if (all.replace(before.id(), before, again)) {
                resting.remove(before.id());
                makeReady(again);
            }
        } finally {
            lock.unlock();
        }
    }

    /** It may not begin now, and keeps its place until {@link #unpark}. */
    void park(Taken<T> taken) {
        lock.lock();
        try {
            if (all.get(taken.id()) == taken) {
                parked.add(taken);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean hasParked() {
        lock.lock();
        try {
            return !parked.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Those that could not begin may try again. */
    void unpark() {
        lock.lock();
        try {
            parked.forEach(this::makeReady);
            parked.clear();
        } finally {
            lock.unlock();
        }
    }

    Optional<Taken<T>> find(EventId id) {
        lock.lock();
        try {
            return Optional.ofNullable(all.get(id));
        } finally {
            lock.unlock();
        }
    }

    Collection<Taken<T>> all() {
        lock.lock();
        try {
            return List.copyOf(all.values());
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }
}
