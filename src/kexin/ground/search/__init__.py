"""Search: bigram and pinyin index; two characters must find."""
