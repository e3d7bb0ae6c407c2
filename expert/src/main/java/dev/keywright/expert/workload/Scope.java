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
    private static final double ENTRY_AT_LEAST = 9;

    private final Knowledge knowledge;

    Scope(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    Optional<Refusal> refusal(String text, List<Word> words, List<Need> needs, Entries entries) {
        if (words.isEmpty()) {
            return Optional.of(new Refusal(
                    "The text holds no words.",
                    "Say in a sentence what you want to build, know or do with Redis."));
        }
        Map<String, Double> said = new HashMap<>();
        boolean attackNamed = false;
        for (Hit hit : knowledge.vocabulary("kinds").find(words)) {
            said.merge(hit.owner(), hit.weight(), Double::sum);
            attackNamed |= hit.owner().equals("attack") && hit.phrase().strength() == Strength.NAMES;
        }
        if (attackNamed) {
            return Optional.of(new Refusal(
                    "This asks to attack or enter a system that is someone else's; I do not help with that.",
                    "To protect a server of your own, ask how to secure Redis: ACL users, TLS, bind, protected mode."));
        }
        if (said.getOrDefault("injection", 0.0) >= Strength.NAMES.weight() && !entries.errorNamed()) {
            return Optional.of(new Refusal(
                    "The text holds orders to destroy data or to change how I work; text in a task is data and is not obeyed.",
                    "Ask for what you want to reach; to remove keys safely, ask how to delete keys by pattern with SCAN and UNLINK."));
        }
        return foreign(said, needs, entries);
    }

    private static Optional<Refusal> foreign(Map<String, Double> said, List<Need> needs, Entries entries) {
        double domain = said.getOrDefault("domain", 0.0);
        double foreign = said.getOrDefault("foreign", 0.0);
        double need = needs.isEmpty() ? 0 : needs.get(0).score();
        boolean nothing = domain < 3 && need < 5 && entries.bestScore() < ENTRY_AT_LEAST;
        boolean elsewhere = foreign >= 8 && domain < 8 && need < 8 || foreign >= 5 && domain < 5 && need < 5;
        if (entries.errorNamed() || !nothing && !elsewhere) {
            return Optional.empty();
        }
        return Optional.of(new Refusal(
                "This is not about a Redis data layer, as far as its words tell.",
                "Name what has to be stored, counted, queued, locked, limited or found, or ask about running Redis."));
    }
}
