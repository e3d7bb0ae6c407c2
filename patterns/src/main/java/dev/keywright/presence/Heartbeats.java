package dev.keywright.presence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.presence.PresenceKeys.Kind;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends the heartbeats of all sessions of a process, on a daemon thread that there is while there are sessions and the connection is open. */
final class Heartbeats {

    private static final int CHUNK = 20; // devices in a script, so that each is short
    private static final int AT_A_TIME = 4; // scripts in a flush, so that others are served in between

    private final Presence presence;
    private final Connection connection;
    private final long pause;
    private final Set<OnlineSession> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledThreadPoolExecutor executor;

    Heartbeats(Presence presence, Connection connection) {
        this.presence = presence;
        this.connection = connection;
        this.pause = presence.options.ttl().toNanos() / 3;
    }

    synchronized void begin(OnlineSession session) {
        boolean unused = sessions.add(session);
        if (executor == null) {
            ScheduledThreadPoolExecutor fresh = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "keywright-presence");
                thread.setDaemon(true);
                return thread;
            });
            fresh.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            executor = fresh;
            later(fresh, pause);
        }
    }

    synchronized void end(OnlineSession session) {
        boolean unused = sessions.remove(session);
        if (sessions.isEmpty()) {
            stop();
        }
    }

    synchronized boolean isRunning() {
        return executor != null;
    }

    private synchronized void stop() {
        if (executor != null) {
            executor.shutdown();
            executor = null;
        }
    }

    private void later(ScheduledThreadPoolExecutor mine, long nanos) {
        var ignored = mine.schedule(() -> step(mine), nanos, TimeUnit.NANOSECONDS);
    }

    private void step(ScheduledThreadPoolExecutor mine) {
        long start = System.nanoTime();
        try {
            round();
        } catch (RuntimeException odd) {
            // whatever it was: without heartbeats all would be offline
        }
        synchronized (this) {
            if (connection.isClosed()) {
                stop();
            } else if (executor == mine) { // a round that waited for answers in vain is not followed by a pause
                later(mine, Math.max(pause / 10, pause - (System.nanoTime() - start)));
            }
        }
    }

    /** Takes all devices offline, some in each call. */
    void endAll() {
        chunks().values().forEach(this::endPart);
    }

    private void endPart(List<List<OnlineSession>> chunks) {
        boolean away = false;
        for (List<OnlineSession> chunk : chunks) {
            List<OnlineSession> leaving =
                    chunk.stream().filter(OnlineSession::endsNow).toList();
            if (away || leaving.isEmpty()) {
                continue; // they are offline when the TTL is over
            }
            try {
                Reply unused = presence.keys(leaving.get(0).partition)
                        .beat(Kind.LEAVE, leaving)
                        .call(connection, presence.deadline);
            } catch (KeywrightException noAnswer) {
                away = true; // to wait for each of many chunks would take for ever
            }
        }
    }

    /** A heartbeat of every session. A partition that does not answer is left to the next round, and the others do not wait for it long. */
    void round() {
        Patience patience = new Patience(Duration.ofNanos(pause), presence.deadline);
        for (List<List<OnlineSession>> part : chunks().values()) {
            for (int i = 0; i < part.size() && !connection.isClosed(); i += AT_A_TIME) {
                long start = System.nanoTime();
                try {
                    stay(part.subList(i, Math.min(part.size(), i + AT_A_TIME)), patience.deadline());
                } catch (KeywrightException | IllegalStateException away) {
                    patience.lost(System.nanoTime() - start);
                    break;
                }
            }
        }
    }

    /** By partition. */
    private Map<Integer, List<List<OnlineSession>>> chunks() {
        Map<Integer, List<List<OnlineSession>>> parts = new TreeMap<>();
        for (OnlineSession session : sessions) {
            if (session.isOpen()) {
                List<List<OnlineSession>> part = parts.computeIfAbsent(session.partition, each -> new ArrayList<>());
                if (part.isEmpty() || part.get(part.size() - 1).size() == CHUNK) {
                    part.add(new ArrayList<>(CHUNK));
                }
                part.get(part.size() - 1).add(session);
            }
        }
        return parts;
    }

    private void stay(List<List<OnlineSession>> chunks, Duration deadline) {
        PresenceKeys keys = presence.keys(chunks.get(0).get(0).partition);
        List<Script.Invocation> scripts =
                chunks.stream().map(chunk -> keys.beat(Kind.STAY, chunk)).toList();
        long since = System.nanoTime();
        List<Reply> replies = new Gathering(connection, deadline, presence.toString()).call(scripts);
        for (int i = 0; i < chunks.size(); i++) {
            comeBack(keys, read(chunks.get(i), replies.get(i), since), deadline);
        }
    }

    /** Those that the server does not know any more, as after the loss of its memory, or a pause of this process. */
    private void comeBack(PresenceKeys keys, List<OnlineSession> gone, Duration deadline) {
        List<OnlineSession> returning =
                gone.stream().filter(OnlineSession::returns).toList();
        if (returning.isEmpty()) {
            return;
        }
        long since = System.nanoTime();
        try {
            Reply reply =
                    keys.beat(Kind.RETURN, returning).call(connection, deadline).orThrow(presence.toString());
            List<OnlineSession> unused = read(returning, reply, since);
        } finally {
            returning.forEach(OnlineSession::returned);
        }
    }

    /** Who is not there. */
    private List<OnlineSession> read(List<OnlineSession> asked, Reply reply, long since) {
        Map<Integer, Integer> refused = Answers.refused(reply);
        List<OnlineSession> gone = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            OnlineSession session = asked.get(i);
            switch (refused.getOrDefault(i, Answers.DONE)) {
                case Answers.DONE -> session.answered(since);
                case Answers.OTHER_OWNER -> {
                    session.replaced();
                    end(session);
                }
                default -> gone.add(session);
            }
        }
        return gone;
    }
}
