package dev.keywright.presence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.presence.PresenceKeys.Kind;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends the heartbeats of all sessions of a process, on a daemon thread that there is while there are sessions. */
final class Heartbeats {

    private static final int CHUNK = 100; // devices in a script, so that each is short
    private static final int AT_A_TIME = 4; // scripts in a flush, so that others are served in between

    private final Presence presence;
    private final Connection connection;
    private final Set<OnlineSession> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledThreadPoolExecutor executor;

    Heartbeats(Presence presence, Connection connection) {
        this.presence = presence;
        this.connection = connection;
    }

    synchronized void begin(OnlineSession session) {
        boolean unused = sessions.add(session);
        if (executor == null) {
            executor = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "keywright-presence");
                thread.setDaemon(true);
                return thread;
            });
            long pause = presence.options.ttl().toNanos() / 3;
            var ignored = executor.scheduleWithFixedDelay(this::round, pause, pause, TimeUnit.NANOSECONDS);
        }
    }

    synchronized void end(OnlineSession session) {
        boolean unused = sessions.remove(session);
        if (sessions.isEmpty() && executor != null) {
            executor.shutdown();
            executor = null;
        }
    }

    /** Takes all devices offline, some in each call. */
    void endAll() {
        for (List<OnlineSession> chunk : chunks()) {
            List<OnlineSession> leaving =
                    chunk.stream().filter(OnlineSession::endsNow).toList();
            try {
                Reply unused = presence.keys(chunk.get(0).partition)
                        .beat(Kind.LEAVE, leaving)
                        .call(connection, presence.deadline);
            } catch (KeywrightException away) {
                // they are offline when the TTL is over
            }
        }
    }

    /** A heartbeat of every session. */
    void round() {
        List<List<OnlineSession>> chunks = chunks();
        for (int i = 0; i < chunks.size(); i += AT_A_TIME) {
            for (List<OnlineSession> gone : stay(chunks.subList(i, Math.min(chunks.size(), i + AT_A_TIME)))) {
                comeBack(gone);
            }
        }
    }

    private List<List<OnlineSession>> chunks() {
        Map<Integer, List<OnlineSession>> parts = new HashMap<>();
        for (OnlineSession session : sessions) {
            if (session.isOpen()) {
                parts.computeIfAbsent(session.partition, part -> new ArrayList<>())
                        .add(session);
            }
        }
        List<List<OnlineSession>> chunks = new ArrayList<>();
        for (List<OnlineSession> part : parts.values()) {
            for (int i = 0; i < part.size(); i += CHUNK) {
                chunks.add(part.subList(i, Math.min(part.size(), i + CHUNK)));
            }
        }
        return chunks;
    }

    /** Those of each chunk that the server does not know any more, as after the loss of its memory, or a pause of this process. */
    private List<List<OnlineSession>> stay(List<List<OnlineSession>> chunks) {
        List<Script.Invocation> scripts = chunks.stream()
                .map(chunk -> presence.keys(chunk.get(0).partition).beat(Kind.STAY, chunk))
                .toList();
        long since = System.nanoTime();
        List<List<OnlineSession>> gone = new ArrayList<>();
        try {
            List<Reply> replies = new Gathering(connection, deadline(), presence.toString()).call(scripts);
            for (int i = 0; i < chunks.size(); i++) {
                List<OnlineSession> some = read(chunks.get(i), replies.get(i), since);
                if (!some.isEmpty()) {
                    gone.add(some);
                }
            }
        } catch (KeywrightException | IllegalStateException away) {
            // the next time; there are three in each TTL
        }
        return gone;
    }

    private void comeBack(List<OnlineSession> gone) {
        List<OnlineSession> returning =
                gone.stream().filter(OnlineSession::returns).toList();
        if (returning.isEmpty()) {
            return;
        }
        long since = System.nanoTime();
        try {
            Reply reply = presence.keys(returning.get(0).partition)
                    .beat(Kind.COME, returning)
                    .call(connection, deadline())
                    .orThrow(presence.toString());
            List<OnlineSession> unused = read(returning, reply, since);
        } catch (KeywrightException | IllegalStateException away) {
            // the next time
        } finally {
            returning.forEach(OnlineSession::returned);
        }
    }

    private static List<OnlineSession> read(List<OnlineSession> asked, Reply reply, long since) {
        Map<Integer, Integer> refused = Answers.refused(reply);
        List<OnlineSession> gone = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            OnlineSession session = asked.get(i);
            switch (refused.getOrDefault(i, Answers.DONE)) {
                case Answers.DONE -> session.answered(since);
                case Answers.OTHER_OWNER -> session.replaced();
                default -> gone.add(session);
            }
        }
        return gone;
    }

    private Duration deadline() {
        Duration pause = presence.options.ttl().dividedBy(3);
        return pause.compareTo(presence.deadline) < 0 ? pause : presence.deadline;
    }
}
