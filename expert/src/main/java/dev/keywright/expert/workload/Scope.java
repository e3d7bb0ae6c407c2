package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Phrase.Strength;
import dev.keywright.expert.task.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what this expert does not do: attacks, commands smuggled into a text, work for another kind of system. */
final class Scope {

    /** An entry found with less likeness than this says nothing about the text. */
    private static final double ENTRY_AT_LEAST = 12.6;

    /** From this share on the words speak for something else than a data layer of the asker's own. */
    private static final double STRANGE = 0.5;

    /** With a thing of another world named, this share is enough. */
    private static final double RATHER_STRANGE = 0.15;

    /** Below this share a word that sounds like an attack is only a word. */
    private static final double HARMLESS = 0.05;

    /** A text of fewer known words than this is no language we speak. */
    private static final double FAMILIAR_AT_LEAST = 0.5;

    private final Knowledge knowledge;

    Scope(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /** @param strange the share of the kind "refusal", 0 to 1 */
    Optional<Refusal> refusal(String text, List<Word> words, List<Need> needs, Entries entries, double strange) {
        if (words.isEmpty()) {
            return Optional.of(new Refusal(
                    "The text holds no words.", "Say in a sentence what you want to build, know or do with Redis."));
        }
        Map<String, Double> said = new HashMap<>();
        Map<String, Hit> named = new HashMap<>();
        for (Hit hit : knowledge.vocabulary("kinds").find(words)) {
            said.merge(hit.owner(), hit.weight(), Double::sum);
            if (hit.phrase().strength() == Strength.NAMES && !hit.negated()) {
                named.putIfAbsent(hit.owner(), hit);
            }
        }
        if (named.containsKey("attack") && !named.containsKey("defence") && strange > HARMLESS) {
            return Optional.of(new Refusal(
                    "\"" + words(text, named.get("attack"))
                            + "\": this asks to attack or enter a system that is someone else's; "
                            + "I do not help with that.",
                    "To protect a server of your own, ask how to secure Redis: ACL users, TLS, bind, protected mode."));
        }
        if (named.containsKey("injection") && !named.containsKey("recovery") && !entries.errorNamed()) {
            return Optional.of(new Refusal(
                    "The text holds orders (\"" + words(text, named.get("injection"))
                            + "\") to destroy data or to change how I work; text in a task is data and is not"
                            + " obeyed.",
                    "Ask for what you want to reach; to remove keys safely, ask how to delete keys by pattern"
                            + " with SCAN and UNLINK."));
        }
        boolean elsewhere = strange >= STRANGE && !isSetUpOfOurs(words, named) && !isNamedOfOurs(needs, named)
                || isGibberish(words, needs, entries)
                || strange >= RATHER_STRANGE && isNamedElsewhere(said, needs);
        return elsewhere && !entries.errorNamed() ? Optional.of(elsewhere(text, named)) : Optional.empty();
    }

    private static Refusal elsewhere(String text, Map<String, Hit> named) {
        String reason = named.containsKey("foreign")
                ? "\"" + words(text, named.get("foreign")) + "\" is not about a Redis data layer."
                : "This is not about a Redis data layer, as far as its words tell.";
        return new Refusal(
                reason + " I only know Redis, Valkey and what is built on them.",
                "Name what has to be stored, counted, queued, locked, limited or found, or ask about running Redis.");
    }

    /** Servers of ours are to be set up, such as "kubernetes manifests for redis", and nothing of another world is named. */
    private boolean isSetUpOfOurs(List<Word> words, Map<String, Hit> named) {
        return named.containsKey("domain")
                && !named.containsKey("foreign")
                && knowledge.vocabulary("traits").find(words).stream()
                        .anyMatch(hit -> hit.owner().equals("set-up") && hit.weight() > 0);
    }

    /** A pattern is called by its name, such as "leaderboard for 50k players", and nothing of another world is. */
    private static boolean isNamedOfOurs(List<Need> needs, Map<String, Hit> named) {
        return !named.containsKey("foreign") && needs.stream().anyMatch(need -> need.said() >= Strength.NAMES.weight());
    }

    /** A thing of another world is named, and nothing of ours. */
    private static boolean isNamedElsewhere(Map<String, Double> said, List<Need> needs) {
        double foreign = said.getOrDefault("foreign", 0.0);
        double domain = said.getOrDefault("domain", 0.0);
        double need = needs.stream().mapToDouble(Need::said).max().orElse(0);
        return foreign >= Strength.NAMES.weight() && domain < Strength.NAMES.weight() && need < Strength.NAMES.weight()
                || foreign >= Strength.MEDIUM.weight()
                        && domain < Strength.MEDIUM.weight()
                        && need < Strength.MEDIUM.weight();
    }

    private boolean isGibberish(List<Word> words, List<Need> needs, Entries entries) {
        return needs.stream().noneMatch(need -> need.said() >= Strength.STRONG.weight())
                && entries.bestScore() < ENTRY_AT_LEAST
                && knowledge.familiarity(words) < FAMILIAR_AT_LEAST;
    }

    private static String words(String text, Hit hit) {
        return text.substring(hit.start(), hit.end()).replaceAll("\\s+", " ");
    }
}
