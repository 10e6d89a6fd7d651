#include <cstdio>
int main() { std::puts("posthorn " POSTHORN_VERSION); }
