package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks, on each master, whether a server is what a program needs. Rights are tried out inside MULTI, which checks them and runs
 * nothing, because DISCARD ends it; so any user can be checked, also one that may not ask {@code ACL DRYRUN}. What is refused
 * leaves an entry in {@code ACL LOG}.
 */
final class SelfCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SLOTS = 16_384;
    private static final int MOST_ARGUMENTS = 8;
    private static final Command MULTI = Command.named("MULTI").build();
    private static final Set<String> CHANNEL_COMMANDS = Set.of("PUBLISH", "SUBSCRIBE");
    private static final Set<String> SCRIPTS = Set.of("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO");

    private final Needs needs;
    private final Topology.Kind kind;
    private final List<Problem> problems = new ArrayList<>();

    private SelfCheck(Needs needs, Topology.Kind kind) {
        this.needs = needs;
        this.kind = kind;
    }

    static List<Problem> of(Needs needs, List<RedisURI> masters, Plant plant) {
        SelfCheck check = new SelfCheck(needs, plant.uri.kind());
        for (RedisURI master : masters) {
            String where = new Endpoint(master.getHost(), master.getPort()).toString();
            try (Session session = plant.probe(master, where)) {
                check.node(session, where);
            } catch (KeywrightException.Misused refused) {
                check.found(
                        where + " let nobody in: " + refused.getMessage(),
                        "Calls to it fail.",
                        "Correct user, password or certificate; all masters must have the same.");
            } catch (KeywrightException away) {
                check.found(
                        where + " could not be checked: " + away.getMessage(),
                        "Nobody knows whether it serves.",
                        "Start it, or check the network.");
            }
        }
        return List.copyOf(check.problems);
    }

    private void found(String what, String why, String fix) {
        problems.add(new Problem(what, why, fix));
    }

    private void node(Session session, String where) {
        rights(session, where);
        Reply answer = session.call(Command.named("INFO").argument("everything").build(), PATIENCE);
        if (!(answer instanceof Reply.Text)) {
            found(
                    "INFO is not allowed at " + where + ".",
                    "Version, eviction policy and slots could not be checked.",
                    "ACL SETUSER " + user(session) + " +info");
            return;
        }
        InfoText info = InfoText.of(answer, "INFO");
        version(info, where);
        eviction(info, where);
        persistence(info, where);
        if (info.number("cluster_enabled") == 1) {
            slots(session, where);
        }
    }

    private void version(InfoText info, String where) {
        boolean valkey = info.has("valkey_version");
        String version = info.text(valkey ? "valkey_version" : "redis_version");
        String oldest = valkey ? "7.2" : "7.0";
        if (isOlder(version, oldest)) {
            String product = valkey ? "Valkey " : "Redis ";
            found(
                    where + " is " + product + version + ".",
                    "Scripts and commands of " + product + oldest + " are used.",
                    "Run " + product + oldest + " or newer.");
        }
    }

    static boolean isOlder(String version, String than) {
        String[] one = version.split("\\.");
        String[] other = than.split("\\.");
        for (int i = 0; i < other.length; i++) {
            int part = i < one.length && one[i].matches("\\d{1,6}") ? Integer.parseInt(one[i]) : 0;
            int least = Integer.parseInt(other[i]);
            if (part != least) {
                return part < least;
            }
        }
        return false;
    }

    private void eviction(InfoText info, String where) {
        String policy = info.text("maxmemory_policy");
        if (needs.lasting() && info.number("maxmemory") > 0 && !policy.equals("noeviction")) {
            found(
                    where + " evicts keys when memory is full (maxmemory-policy " + policy + ").",
                    "Keys that must last (" + String.join(", ", needs.keyPatterns()) + ") may be removed silently.",
                    "CONFIG SET maxmemory-policy noeviction, or keep caches on a server of their own.");
        }
    }

    private void persistence(InfoText info, String where) {
        if (needs.durable() && info.number("aof_enabled") == 0) {
            found(
                    where + " keeps no append-only file (appendonly no).",
                    "Jobs and messages that were acknowledged since the last snapshot are gone after a restart.",
                    "CONFIG SET appendonly yes, and the same in its configuration file.");
        }
    }

    private void slots(Session session, String where) {
        Reply answer = session.call(Command.named("CLUSTER").argument("INFO").build(), PATIENCE);
        if (!(answer instanceof Reply.Text)) {
            return; // not allowed, and no promise broken by that
        }
        InfoText info = InfoText.of(answer, "CLUSTER INFO");
        long served = info.number("cluster_slots_ok");
        if (served < SLOTS || !info.text("cluster_state").equals("ok")) {
            found(
                    where + " sees " + served + " of " + SLOTS + " hash slots served (state "
                            + info.text("cluster_state") + ").",
                    "Keys of the others can be neither read nor written.",
                    "Start the missing nodes, or assign their slots.");
        }
    }

    // --- rights

    private void rights(Session session, String where) {
        if (session.call(MULTI, PATIENCE) instanceof Reply.Failure refusal) {
            found(
                    "Rights could not be tried out at " + where + ": " + refusal.message() + ".",
                    "Commands may fail with NOPERM later.",
                    needs.aclRule(user(session), kind));
            return;
        }
        Set<String> refused = new LinkedHashSet<>();
        for (String name : needs.commands()) {
            boolean ofChannels = CHANNEL_COMMANDS.contains(name);
            List<String> patterns = ofChannels ? needs.channelPatterns() : needs.keyPatterns();
            for (String pattern : patterns.isEmpty() ? List.of("*") : patterns) {
                Reply verdict = rehearse(session, name, pattern.replaceAll("[*?]", "x"));
                if (verdict instanceof Reply.Failure failure && failure.is("NOPERM")) {
                    refused.add(name + (ofChannels ? " with a channel " : " with a key ") + pattern);
                } else if (verdict instanceof Reply.Failure failure
                        && failure.message().contains("unknown ")) {
                    refused.add(name + ", which the server does not know");
                }
            }
        }
        session.call(Command.named("DISCARD").build(), PATIENCE);
        if (!refused.isEmpty()) {
            String user = user(session);
            found(
                    "User " + user + " may not run at " + where + ": " + String.join("; ", refused) + ".",
                    "Calls that need it fail with NOPERM.",
                    needs.aclRule(user, kind));
        }
    }

    /** What the server says to the command, which it does not run; with as many arguments as it wants. */
    private static Reply rehearse(Session session, String name, String key) {
        for (int arguments = 0; ; arguments++) {
            String[] words = name.split(" ");
            Command.Builder command = Command.named(words[0]);
            for (int i = 1; i < words.length; i++) {
                command.argument(words[i]);
            }
            for (int i = 0; i < arguments; i++) {
                command.argument(i == 1 && SCRIPTS.contains(name) ? "1" : key);
            }
            Reply verdict = session.call(command.build(), PATIENCE);
            boolean more = arguments < MOST_ARGUMENTS
                    && (SCRIPTS.contains(name) && arguments < 3
                            || verdict instanceof Reply.Failure failure
                                    && failure.message().contains("wrong number of arguments"));
            if (!more) {
                return verdict;
            }
        }
    }

    private static String user(Session session) {
        Reply name = session.call(Command.named("ACL").argument("WHOAMI").build(), PATIENCE);
        return name instanceof Reply.Text text ? text.text() : "NAME";
    }
}
