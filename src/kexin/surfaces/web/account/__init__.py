"""Account: signing in, second factors, passwords. The flows are allauth's; how they look and what they are called is ours."""
