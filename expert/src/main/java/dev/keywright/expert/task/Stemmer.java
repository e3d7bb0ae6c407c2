package dev.keywright.expert.task;

import java.util.Map;

/**
 * Brings inflected English forms together: caches, cached and caching share one stem.
 * Lighter than Porter's algorithm on purpose: it folds grammar (plural, tense, British spelling), never meaning
 * (counter stays apart from count), because a design hangs on the difference.
 */
public final class Stemmer {

    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("ids", "id"),
            Map.entry("people", "person"),
            Map.entry("persons", "person"),
            Map.entry("folks", "person"),
            Map.entry("men", "man"),
            Map.entry("women", "woman"),
            Map.entry("children", "child"),
            Map.entry("kids", "child"),
            Map.entry("indices", "index"),
            Map.entry("indexes", "index"),
            Map.entry("data", "data"),
            Map.entry("lost", "lose"),
            Map.entry("losing", "lose"),
            Map.entry("loses", "lose"),
            Map.entry("loss", "lose"),
            Map.entry("losses", "lose"),
            Map.entry("sent", "send"),
            Map.entry("kept", "keep"),
            Map.entry("held", "hold"),
            Map.entry("sold", "sell"),
            Map.entry("bought", "buy"),
            Map.entry("saw", "see"),
            Map.entry("seen", "see"),
            Map.entry("ran", "run"),
            Map.entry("made", "make"),
            Map.entry("took", "take"),
            Map.entry("taken", "take"),
            Map.entry("gone", "go"),
            Map.entry("went", "go"),
            Map.entry("died", "die"),
            Map.entry("dies", "die"),
            Map.entry("dying", "die"),
            Map.entry("dead", "die"),
            Map.entry("expiry", "expir"),
            Map.entry("expiration", "expir"),
            Map.entry("expirations", "expir"),
            Map.entry("evicted", "evict"),
            Map.entry("eviction", "evict"),
            Map.entry("evictions", "evict"),
            Map.entry("status", "status"),
            Map.entry("series", "series"),
            Map.entry("redis", "redis"),
            Map.entry("geo", "geo"),
            Map.entry("always", "always"),
            Map.entry("news", "news"),
            Map.entry("his", "his"),
            Map.entry("this", "this"),
            Map.entry("its", "its"),
            Map.entry("has", "have"),
            Map.entry("had", "have"),
            Map.entry("does", "do"),
            Map.entry("did", "do"),
            Map.entry("was", "be"),
            Map.entry("were", "be"),
            Map.entry("is", "be"),
            Map.entry("are", "be"),
            Map.entry("been", "be"));

    private Stemmer() {}

    /** The stem of a word given in lower case. */
    public static String stem(String lower) {
        String irregular = IRREGULAR.get(lower);
        if (irregular != null) {
            return irregular;
        }
        if (lower.length() < 4 || !isPlain(lower)) {
            return lower;
        }
        String word = american(plural(lower));
        if (word.endsWith("ied") && word.length() > 4) {
            return word.substring(0, word.length() - 2);
        }
        if (word.endsWith("ing") && hasVowel(word, word.length() - 3) && word.length() > 5) {
            return bare(word.substring(0, word.length() - 3));
        }
        if (word.endsWith("ed") && !word.endsWith("eed") && hasVowel(word, word.length() - 2) && word.length() > 4) {
            return bare(word.substring(0, word.length() - 2));
        }
        if (word.endsWith("y") && word.length() > 3 && !isVowel(word.charAt(word.length() - 2))) {
            return word.substring(0, word.length() - 1) + "i";
        }
        return word.endsWith("e") && word.length() > 3 ? word.substring(0, word.length() - 1) : word;
    }

    private static boolean isPlain(String lower) {
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) < 'a' || lower.charAt(i) > 'z') {
                return false;
            }
        }
        return true;
    }

    private static String plural(String word) {
        if (word.endsWith("ies") && word.length() > 4) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.endsWith("sses") || word.endsWith("shes") || word.endsWith("ches") || word.endsWith("xes")) {
            return word.endsWith("ches") && !word.endsWith("tches") && !word.endsWith("rches")
                    ? word.substring(0, word.length() - 1)
                    : word.substring(0, word.length() - 2);
        }
        boolean noPlural = word.endsWith("ss") || word.endsWith("us") || word.endsWith("is");
        return word.endsWith("s") && !noPlural ? word.substring(0, word.length() - 1) : word;
    }

    private static String american(String word) {
        String folded = word;
        if (folded.contains("isation")) {
            folded = folded.replace("isation", "ization");
        }
        for (String ending : new String[] {"ise", "ised", "ising", "iser"}) {
            if (folded.endsWith(ending) && folded.length() > ending.length() + 4) {
                int at = folded.length() - ending.length();
                return folded.substring(0, at) + "iz" + ending.substring(2);
            }
        }
        if (folded.endsWith("our") && folded.length() > 5) {
            return folded.substring(0, folded.length() - 2) + "r";
        }
        return folded.endsWith("yse") ? folded.substring(0, folded.length() - 2) + "ze" : folded;
    }

    private static String bare(String stem) {
        int n = stem.length();
        boolean doubled = n > 3
                && stem.charAt(n - 1) == stem.charAt(n - 2)
                && !isVowel(stem.charAt(n - 1))
                && "lsz".indexOf(stem.charAt(n - 1)) < 0;
        if (doubled) {
            return stem.substring(0, n - 1);
        }
        if (stem.endsWith("ll") && n > 5) { // cancelled, labelling: the doubled l of British spelling
            return stem.substring(0, n - 1);
        }
        if (stem.endsWith("y") && n > 3 && !isVowel(stem.charAt(n - 2))) {
            return stem.substring(0, n - 1) + "i";
        }
        return stem.endsWith("e") ? stem.substring(0, n - 1) : stem;
    }

    private static boolean hasVowel(String word, int until) {
        for (int i = 0; i < until; i++) {
            if (isVowel(word.charAt(i)) || word.charAt(i) == 'y') {
                return true;
            }
        }
        return false;
    }

    private static boolean isVowel(char c) {
        return "aeiou".indexOf(c) >= 0;
    }
}
